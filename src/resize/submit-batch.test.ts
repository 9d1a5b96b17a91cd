import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newImages } from "../../test/contracts/catalog-fixtures.ts";
import { loopTurns } from "../../test/support/loop-turns.ts";
import { openSeams } from "../../test/support/seams.ts";
import { readNewBatch } from "../http/new-batch.ts";
import { newImageId } from "../image/image-id.ts";
import { submitBatch } from "./submit-batch.ts";

/** Items that may be done at a stretch. */
const stretch = 100;

describe("a batch of thousands of addresses lets everything else have its turn", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  beforeEach(async () => {
    seams = await openSeams();
  });
  afterEach(() => seams.close());

  const count = 3_000;
  const images = Array.from({ length: count }, (_, index) => ({
    source: { url: index % 3 === 0 ? "ftp://example.com" : `https://example.com/${index}.jpg` },
    ...(index % 3 === 1 && { unknown: index }),
  }));

  it("while it is read", async () => {
    expect(await loopTurns(() => readNewBatch({ images }, ""))).toBeGreaterThanOrEqual(count / stretch);
  });

  it("while it is written", async () => {
    const id = newImageId();
    const written = newImages(count, { batchId: id, original: null, sourceUrl: "https://example.com/" });
    const turns = await loopTurns(() => seams.catalog.images.accept(written, { id, preset: null }));
    // By the time that it takes, so it depends on the machine; without rests it is none.
    expect(turns).toBeGreaterThan(2);
  });

  it("from the first item to the last", async () => {
    const read = await readNewBatch({ images }, "");
    const items = "items" in read ? read.items : [];
    const turns = await loopTurns(async () => {
      const { batch } = await submitBatch(seams, items, read.options);
      expect(batch.counts).toMatchObject({ total: count, queued: count / 3, failed: (2 * count) / 3 });
    });
    expect(turns).toBeGreaterThanOrEqual(count / stretch);
  });
});
