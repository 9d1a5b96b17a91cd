import { afterAll, beforeAll, expect, it } from "vitest";
import { flat } from "../pictures/index.ts";
import { runLargeBatch } from "../support/large-batch.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";

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
  const { id, archiveSha256 } = await runLargeBatch(pixmill.url, { files: 620, content, say: () => {} });
  const head = await fetch(`${pixmill.url}/v1/batches/${id}`);
  expect(await head.json()).toMatchObject({ status: "done", counts: { total: 620, done: 620 } });
  expect(archiveSha256).toMatch(/^[0-9a-f]{64}$/);
});
