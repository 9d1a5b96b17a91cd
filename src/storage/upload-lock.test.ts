import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UploadLock } from "./upload-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lockIn = (name: string) =>
  new UploadLock({ data: join(folder, "data"), lock: join(folder, name), wanted: join(folder, "wanted") });

it("says that storage failed when its file cannot be made", async () => {
  await writeFile(join(folder, "data"), "");
  await mkdir(join(folder, "not-a-file"));
  const attempt = lockIn("not-a-file").lock(AbortSignal.timeout(1_000), () => {});
  await expect(attempt).rejects.toMatchObject({ code: "storage_error", status: 503 });
});
