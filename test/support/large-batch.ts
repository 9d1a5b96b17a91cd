import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ImageView, upload } from "./client.ts";
import { until } from "./until.ts";

export interface BatchFacts {
  readonly id: string;
  readonly acceptedMs: number;
  readonly finishedMs: number;
  readonly listedMs: number;
  readonly archivedMs: number;
  readonly archiveBytes: number;
  readonly archiveSha256: string;
}

interface LargeBatchOptions {
  readonly files: number;
  readonly content: Uint8Array;
  readonly say: (text: string) => void;
}

const filesOfRequest = 500;
/** Of a batch of ten thousand on a slow machine. */
const patienceMs = 30 * 60 * 1000;

/**
 * One batch of any number of files, by many requests: opened, added to, closed, waited for, listed, downloaded. Throws
 * when a file is lost on the way.
 */
export async function runLargeBatch(
  url: string,
  { files, content, say }: LargeBatchOptions,
): Promise<BatchFacts> {
  const startedAt = performance.now();
  const since = (at: number) => performance.now() - at;
  const opened = await post(`${url}/v1/batches`, '{"open":true}');
  const { id } = (await opened.json()) as { id: string };
  for (let sent = 0; sent < files; sent += filesOfRequest) {
    const count = Math.min(filesOfRequest, files - sent);
    const pictures = Array.from({ length: count }, (_, index) => ({ name: `${sent + index}.jpg`, content }));
    const response = await upload(url, pictures, { batchId: id }, "/v1/batches");
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    say(`${sent + count} of ${files} accepted`);
  }
  await post(`${url}/v1/batches/${id}/close`, "");
  const acceptedMs = since(startedAt);
  const over = async () => {
    // Asked a hundred times a second, the service would be busy with our questions.
    await sleep(Math.min(500, files));
    return isOver(url, id, files);
  };
  await until(over, { withinMs: patienceMs, what: "the end of the batch" });
  const finishedMs = since(startedAt);
  say("all done");

  const listingAt = performance.now();
  const listed = await listAll(url, id);
  if (new Set(listed).size !== files) throw new Error(`${listed.length} of ${files} images are listed.`);
  const listedMs = since(listingAt);

  const archivingAt = performance.now();
  const { bytes: archiveBytes, sha256: archiveSha256 } = await downloadArchive(url, id);
  const archivedMs = since(archivingAt);
  return { id, acceptedMs, finishedMs, listedMs, archivedMs, archiveBytes, archiveSha256 };
}

/** The whole archive, of which nothing is kept but its length and hash. */
export async function downloadArchive(url: string, id: string): Promise<{ bytes: number; sha256: string }> {
  const archive = await fetch(`${url}/v1/batches/${id}/archive`);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of archive.body as unknown as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    bytes += piece.length;
  }
  if (bytes !== Number(archive.headers.get("content-length"))) throw new Error("The archive is cut.");
  return { bytes, sha256: hash.digest("hex") };
}

async function post(address: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(address, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

async function isOver(url: string, id: string, files: number): Promise<boolean> {
  const batch = (await (await fetch(`${url}/v1/batches/${id}`)).json()) as {
    status: string;
    counts: { done: number; total: number };
  };
  if (batch.status !== "done") return false;
  if (batch.counts.done !== files) throw new Error(`Not all are done: ${JSON.stringify(batch.counts)}`);
  return true;
}

/** The ids of all images of a batch, page by page. */
export async function listAll(url: string, batchId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ""; ; ) {
    const query = `batchId=${batchId}&limit=200${cursor && `&cursor=${cursor}`}`;
    const page = (await (await fetch(`${url}/v1/images?${query}`)).json()) as {
      items: ImageView[];
      nextCursor: string | null;
    };
    ids.push(...page.items.map((image) => image.id));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
  }
}
