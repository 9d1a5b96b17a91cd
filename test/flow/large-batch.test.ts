import { afterAll, beforeAll, expect, it } from "vitest";
import { flat } from "../pictures/index.ts";
import { runLargeBatch } from "../support/large-batch.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { mostResidentBytes, residentBytes } from "../support/process-memory.ts";

/** Bytes. Of ten thousand it is a third. */
const mostGrowth = 64 << 20;

let pixmill: Pixmill;
beforeAll(async () => {
  pixmill = await startPixmill();
});
afterAll(async () => {
  await pixmill?.stop();
  await removeFolder(pixmill.storage);
});

/** The short form of `npm run bench:batch`, which measures ten thousand and the memory they take. */
it("a batch of many requests is accepted, finished, listed and downloaded whole", {
  timeout: 180_000,
}, async () => {
  const content = await flat({ width: 64, height: 64 });
  const run = (files: number) => runLargeBatch(pixmill.url, { files, content, say: () => {} });
  // What a process needs once it has worked at all is not what a batch costs.
  await run(40);
  const before = await residentBytes(pixmill.pid);
  const { result, most } = await mostResidentBytes(pixmill.pid, run(620));
  expect(most - before).toBeLessThan(mostGrowth);
  const { id, archiveSha256 } = result;
  const head = await fetch(`${pixmill.url}/v1/batches/${id}`);
  expect(await head.json()).toMatchObject({ status: "done", counts: { total: 620, done: 620 } });
  expect(archiveSha256).toMatch(/^[0-9a-f]{64}$/);
});
