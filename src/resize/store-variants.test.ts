import { afterEach, beforeEach, expect, it } from "vitest";
import { accepted, claimed } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { storeVariants } from "./store-variants.ts";

let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
});
afterEach(() => seams.close());

it("calls a result that the disk does not give back a fault of storage, and not of the image", async () => {
  const record = await claimed(seams.catalog, await accepted(seams.catalog));
  const folder = await seams.workFolders.create("claim");
  const size = { width: 3, height: 2, bytes: 1, sha256: "a".repeat(64), crc32: 1 };
  const rendered = [{ name: "thumb", file: "lost.jpg", format: "jpeg", ...size } as const];
  await expect(
    storeVariants(seams, record, folder, { rendered, failed: [], placeholder: null }),
  ).rejects.toMatchObject({ code: "storage_error" });
});
