import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { S3Storage } from "../../src/storage/s3-storage.ts";
import { describeStorage } from "./storage.ts";

/** A bucket that may be written into, with the variables of AWS's tools beside it. */
const bucket = process.env.TEST_S3_BUCKET;

/** The contract on somebody else's store: AWS's, or one that only speaks like it. Its prefix is left empty. */
describe.skipIf(!bucket)("elsewhere", () => {
  const begin = Date.now();
  let count = 0;
  describeStorage(`S3Storage at ${process.env.AWS_ENDPOINT_URL_S3 ?? "AWS"}`, async () => {
    const stagingFolder = await mkdtemp(join(tmpdir(), "pixmill-s3-staging-"));
    count += 1;
    const address = { bucket: bucket ?? "", prefix: `pixmill-contract-${begin}/${count}/` };
    const storage = new S3Storage({ address, stagingFolder, logger: silentLogger() });
    return {
      storage,
      async remove() {
        const again = new S3Storage({ address, stagingFolder, logger: silentLogger() });
        for await (const { key } of again.list("")) await again.delete(key);
        await again.close();
        await rm(stagingFolder, { recursive: true, force: true });
      },
    };
  });
});
