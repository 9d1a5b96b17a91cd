import { expect, test } from "vitest";
import type { Image, ImageStatus } from "../api/call.ts";
import { dropImages, emptyList, mergeImages, newlyFinal } from "./image-list.ts";

function image(id: string, revision: number, status: ImageStatus = "queued"): Image {
  return {
    id,
    revision,
    status,
    filename: `${id}.jpg`,
    batchId: null,
    original: null,
    variants: [],
    placeholder: null,
    error: null,
    preset: null,
    metadata: {},
    attempt: 1,
    worker: null,
    createdAt: "2025-01-01T00:00:00Z",
    startedAt: null,
    finishedAt: null,
  };
}

const ids = (list: { images: readonly Image[] }) => list.images.map(({ id }) => id);

test("images stand newest first, in whatever order they came", () => {
  const list = mergeImages(mergeImages(emptyList, [image("b", 1)]), [image("a", 1), image("c", 1)]);
  expect(ids(list)).toEqual(["c", "b", "a"]);
});

test("a later revision replaces an earlier one, each id once", () => {
  const list = mergeImages(mergeImages(emptyList, [image("a", 1)]), [image("a", 2, "processing")]);
  expect(list.images).toEqual([image("a", 2, "processing")]);
});

test("an answer that comes late does not undo what is known", () => {
  const done = mergeImages(emptyList, [image("a", 3, "done")]);
  expect(mergeImages(done, [image("a", 1, "queued")])).toBe(done);
});

test("a retried image goes from failed back to queued", () => {
  const failed = mergeImages(emptyList, [image("a", 3, "failed")]);
  expect(mergeImages(failed, [image("a", 4, "queued")]).images[0]?.status).toBe("queued");
});

test("what did not change keeps its object, so that its row is not drawn again", () => {
  const before = mergeImages(emptyList, [image("a", 1), image("b", 1)]);
  const after = mergeImages(before, [image("a", 1), image("b", 2)]);
  expect(after.images[1]).toBe(before.images[1]);
});

test("a deleted image does not come back with an answer that was on its way", () => {
  const list = dropImages(mergeImages(emptyList, [image("a", 1), image("b", 1)]), ["a"]);
  expect(ids(mergeImages(list, [image("a", 2, "done")]))).toEqual(["b"]);
});

test("an image that was made here is news even if it is over when it is first seen", () => {
  const after = mergeImages(emptyList, [image("a", 2, "done"), image("b", 2, "done")]);
  expect(newlyFinal([], after.images, new Set(["b"])).map(({ id }) => id)).toEqual(["b"]);
});

test("only images that were seen unfinished are news when they end", () => {
  const before = mergeImages(emptyList, [image("a", 1), image("b", 1, "done"), image("c", 1)]);
  const after = mergeImages(before, [
    image("a", 2, "failed"),
    image("b", 2, "done"),
    image("c", 2, "processing"),
    image("d", 1, "done"),
  ]);
  expect(newlyFinal(before.images, after.images).map(({ id }) => id)).toEqual(["a"]);
});
