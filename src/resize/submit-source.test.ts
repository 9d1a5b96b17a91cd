import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSeams } from "../../test/support/seams.ts";
import { submitBatch } from "./submit-batch.ts";

describe("a batch by addresses", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  beforeEach(async () => {
    seams = await openSeams();
  });
  afterEach(() => seams.close());

  it("takes ten thousand, of which a forbidden one is a failed image with its reason", async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({
      url: index === 5 ? "http://10.0.0.1/cat.jpg" : `https://example.com/${index}.jpg`,
      ...(index === 7 && { filename: "seven.jpg", metadata: { seven: true } }),
    }));
    const { batch, images } = await submitBatch(seams, items, {});
    expect(batch.counts).toMatchObject({ total: 10_000, queued: 9_999, failed: 1 });
    expect(images[5]).toMatchObject({
      status: "failed",
      error: { code: "source_forbidden", message: "The address leads to a private network." },
    });
    expect(images[6]).toMatchObject({ status: "queued", filename: "6.jpg", metadata: {} });
    expect(images[7]).toMatchObject({ filename: "seven.jpg", metadata: { seven: true } });
    expect(await seams.catalog.images.statistics()).toMatchObject({ queued: 9_999, toFetch: 9_999 });
    expect(await seams.queue.counts()).toMatchObject({ waiting: 0 });
  });
});
