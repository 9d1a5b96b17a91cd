import { expect, test } from "vitest";
import type { Image } from "../../api/call.ts";
import type { Worker } from "../../api/operations.ts";
import type { LiveEvent } from "../../live/events.ts";
import { LaneBook } from "./lane-book.ts";

const worker = (id: string, fields: Partial<Worker> = {}): Worker => ({
  id,
  host: "mill",
  startedAt: "2026-01-01T00:00:00.000Z",
  lastSeenAt: "2026-01-01T00:00:00.000Z",
  concurrency: 2,
  active: 1,
  done: 0,
  failed: 0,
  megapixels: 0,
  ...fields,
});
const event = (
  type: "image.processing" | "image.done" | "image.queued",
  id: string,
  by: string,
): LiveEvent => ({
  type,
  image: { id, filename: `${id}.jpg`, worker: by, original: {} } as Image,
});
const book = (...ids: string[]) => {
  const lanes = new LaneBook(0);
  lanes.seed(
    ids.map((id) => worker(id)),
    [],
    0,
    0,
  );
  return lanes;
};

test("a lane lights up when its worker takes an image, and goes out a moment after it has ended", () => {
  const lanes = book("one", "two");
  const lit = (now: number) => lanes.lanes(now).map((lane) => lane.lit);
  expect(lit(0)).toEqual([false, false]);
  lanes.hear([event("image.processing", "a", "two")], 1_000);
  expect(lit(1_000)).toEqual([false, true]);
  expect(lanes.lanes(1_000)[1]?.slots).toEqual([
    { imageId: "a", name: "a.jpg", busy: true, lit: true },
    null,
  ]);
  lanes.hear([event("image.done", "a", "two")], 2_000);
  expect(lit(2_100)).toEqual([false, true]);
  expect(lit(3_000)).toEqual([false, false]);
});

test("an image that was taken and ended between two looks is seen all the same", () => {
  const lanes = book("one");
  lanes.hear([event("image.processing", "a", "one"), event("image.done", "a", "one")], 1_000);
  expect(lanes.lanes(1_000)[0]).toMatchObject({ lit: true, slots: [{ busy: false, lit: true }, null] });
});

test("shares and rates are of what each worker ended", () => {
  const lanes = book("one", "two");
  expect(lanes.lanes(0).map(({ share }) => share)).toEqual([null, null]);
  for (let index = 0; index < 4; index++) {
    lanes.hear([event("image.done", `${index}`, index === 0 ? "one" : "two")], 30_000);
  }
  const alive = ["one", "two"].map((id): LiveEvent => ({ type: "worker.heartbeat", worker: worker(id) }));
  lanes.hear(alive, 55_000);
  const shown = lanes.lanes(60_000);
  expect(shown.map(({ share }) => share)).toEqual([0.25, 0.75]);
  expect(shown.map(({ rate }) => rate)).toEqual([1, 3]);
});

test("an image that was given back leaves its slot, and counts for nobody", () => {
  const lanes = book("one");
  lanes.hear([event("image.processing", "a", "one"), event("image.queued", "a", "one")], 1_000);
  expect(lanes.lanes(5_000)[0]).toMatchObject({ lit: false, share: null });
});

test("more images than engine processes are told as a number", () => {
  const lanes = book("one");
  lanes.hear(
    ["a", "b", "c"].map((id) => event("image.processing", id, "one")),
    1_000,
  );
  expect(lanes.lanes(1_000)[0]).toMatchObject({ beside: 1, slots: [{ busy: true }, { busy: true }] });
  lanes.hear([event("image.done", "c", "one")], 2_000);
  expect(lanes.lanes(2_000)[0]?.beside).toBe(0);
});

test("a heartbeat that says idle ends what no event has ended", () => {
  const lanes = book("one");
  lanes.hear([event("image.processing", "a", "one")], 1_000);
  const idle: LiveEvent = { type: "worker.heartbeat", worker: worker("one", { active: 0, done: 7 }) };
  lanes.hear([idle], 2_000);
  expect(lanes.lanes(2_000)[0]).toMatchObject({ lit: true, done: 7 });
  lanes.hear([idle], 9_000);
  expect(lanes.lanes(12_000)[0]?.lit).toBe(false);
});

test("a worker that is not heard of, or no longer listed, has no lane", () => {
  const lanes = book("one", "two");
  lanes.seed([worker("two")], [], 1_000, 1_000);
  expect(lanes.lanes(1_000).map(({ id }) => id)).toEqual(["two"]);
  expect(lanes.lanes(31_500)).toEqual([]);
});

test("lanes keep an order that people expect", () => {
  expect(
    book("worker-10", "worker-2")
      .lanes(0)
      .map(({ id }) => id),
  ).toEqual(["worker-2", "worker-10"]);
});

test("an answer that was asked for before an event does not undo it", () => {
  const lanes = book("one");
  const running = (id: string) => ({ id, filename: id, worker: "one", original: {} }) as Image;
  lanes.hear([event("image.processing", "a", "one"), event("image.done", "a", "one")], 1_000);
  lanes.hear([event("image.processing", "b", "one")], 1_100);
  lanes.seed([worker("one")], [running("a")], 900, 5_000);
  expect(lanes.lanes(5_000)[0]?.slots.map((slot) => slot?.busy && slot.imageId)).toEqual(["b", undefined]);
});
