import type { ImageRecord } from "../catalog/image-record.ts";
import { imageIdTime } from "../image/image-id.ts";
import { attemptOf, imageIdOf, originalsOf } from "../storage/object-key.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { sweepResults } from "./sweep-results.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage" | "workFolders" | "logger">;

/** How old an original without a row must be before it is rubbish: row and rename are moments apart. Milliseconds. */
const orphanMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
/** The same for work files: those of a form with a thousand files wait until the last of them has come in. */
const abandonedMs = dayMs;
const pageSize = 500;

interface SweepOptions {
  /** `0` where no other process lives: whatever is there belongs to nobody. */
  readonly olderThanMs?: number;
}

/** Removes what killed processes left behind. Safe in every process at once. */
export async function sweep(dependencies: Needs, { olderThanMs }: SweepOptions = {}): Promise<void> {
  const { workFolders, logger } = dependencies;
  const files = await workFolders.sweep(olderThanMs ?? abandonedMs, () => false);
  const originals = await sweepOriginals(dependencies, olderThanMs ?? orphanMs);
  let results = 0;
  for (const day of lastDays()) results += await sweepResults(dependencies, day);
  if (files + originals + results > 0)
    logger.info({ files, originals, results }, "remains of killed processes removed");
}

function lastDays(): readonly Date[] {
  return [new Date(), new Date(Date.now() - dayMs)];
}

/**
 * Originals of today and yesterday that no row knows, and fetched ones that their row does not point to: the process
 * was killed between storing and committing.
 */
async function sweepOriginals(
  { catalog, storage, workFolders }: Needs,
  olderThanMs: number,
): Promise<number> {
  const newest = Date.now() - olderThanMs;
  // The row of an upload that was refused may be on its way for hours (invariant 1).
  await catalog.confirmCommits();
  // Their ids can be a day older than their originals. Looked at before the rows: what ends in between has one then.
  const pending = new Set(await workFolders.uploads.list());
  let swept = 0;
  let page: { id: string; key: string }[] = [];
  const judge = async () => {
    const records = await catalog.images.findEach(page.map(({ id }) => id));
    for (const { id, key } of page) {
      const record = records.get(id);
      if (record && !isStray(record, key)) continue;
      if (!record && (await cameMeanwhile(id, key))) continue;
      await storage.delete(key);
      swept += 1;
    }
    page = [];
  };
  // Of a page the last is judged long after its row was looked for; another machine may finish an old upload just then.
  const cameMeanwhile = async (id: string, key: string) => {
    if ((await catalog.images.known([id])).size > 0) return true;
    return ((await storage.stat(key))?.modifiedAt.getTime() ?? 0) > newest;
  };
  for (const day of lastDays()) {
    for await (const { key, modifiedAt } of storage.list(originalsOf(day))) {
      const id = imageIdOf(key);
      if (id === undefined || pending.has(id)) continue;
      // With S3 the uploads of another machine are not in sight: theirs are known by when they were stored.
      const newestTime = Math.max(imageIdTime(id).getTime(), modifiedAt.getTime());
      if (newestTime <= newest) page.push({ id, key });
      if (page.length >= pageSize) await judge();
    }
  }
  await judge();
  return swept;
}

/**
 * A fetched original that no attempt can come to point to any more: only the newest could, while it works. What was
 * deleted is nobody's: a worker that lost its image to the delete was killed before it had taken its file away.
 */
function isStray(record: ImageRecord | "gone", key: string): boolean {
  const attempt = attemptOf(key);
  if (attempt === 0) return false;
  if (record === "gone") return true;
  return record.original?.key !== key && (record.status !== "processing" || record.attempt > attempt);
}
