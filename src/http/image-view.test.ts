import { describe, expect, it } from "vitest";
import type { ImageRecord } from "../catalog/image-record.ts";
import { imageSchema } from "./image-schema.ts";
import { imageView } from "./image-view.ts";

const id = "019b0000-0000-7000-8000-000000000000";
const sha256 = "0123456789abcdef".repeat(4);
const error = { code: "corrupt_image", message: "damaged", retryable: false } as const;
const record: ImageRecord = {
  id,
  status: "done",
  generation: 3,
  attempt: 1,
  strikes: 1,
  deliveries: 2,
  revision: 4,
  cost: 30,
  priority: 5,
  filename: "cat.jpg",
  preset: "default",
  presetVersion: "0123456789ab",
  metadata: { shop: 7 },
  batchId: null,
  sourceUrl: "https://user.example/secret.jpg",
  callbackUrl: "https://example.com/secret",
  client: "of a key",
  original: {
    format: "jpeg",
    width: 40,
    height: 30,
    frames: 1,
    progressive: false,
    key: "uploads/secret",
    bytes: 99,
    sha256,
  },
  transforms: [],
  variants: [
    {
      name: "a",
      status: "ready",
      format: "webp",
      width: 4,
      height: 3,
      bytes: 9,
      sha256,
      key: "processed/secret",
      presetVersion: "0123456789ab",
    },
    { name: "b", status: "pending" },
    { name: "c", status: "failed", error },
  ],
  placeholder: null,
  error: null,
  worker: "worker-1",
  createdAt: new Date(0),
  startedAt: new Date(1),
  finishedAt: null,
};

describe("an image as clients see it", () => {
  const view = imageView(record);

  it("is what the OpenAPI document says it is", () => {
    expect(imageSchema.strict().parse(view)).toEqual(view);
  });

  it("has addresses that change with the content, and none for what is not made", () => {
    expect(view.original?.url).toBe(`/v1/images/${id}/original`);
    expect(view.variants.map(({ url }) => url)).toEqual([
      `/v1/images/${id}/variants/a?v=0123456789ab`,
      null,
      null,
    ]);
  });

  it("says why a variant failed", () => {
    expect(view.variants[2]).toEqual({
      name: "c",
      status: "failed",
      format: null,
      width: null,
      height: null,
      bytes: null,
      url: null,
      presetVersion: null,
      error,
    });
  });

  it("shows no key, no callback and nothing of the queue", () => {
    expect(JSON.stringify(view)).not.toMatch(/secret|of a key|strikes|deliveries|generation|priority/);
  });

  it("has null for what is not known", () => {
    expect(imageView({ ...record, original: null, startedAt: null })).toMatchObject({
      original: null,
      startedAt: null,
    });
  });
});
