import { imageIdTime } from "../image/image-id.ts";
import { imageIdOf, originalsOf } from "../storage/object-key.ts";
import type { ResizeDependencies } from "./dependencies.ts";

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
  if (files + originals > 0) logger.info({ files, originals }, "remains of killed processes removed");
}

/** Originals of today and yesterday that no row knows: the process was killed between storing and accepting. */
async function sweepOriginals({ catalog, storage }: Needs, olderThanMs: number): Promise<number> {
  const newest = Date.now() - olderThanMs;
  let swept = 0;
  let page = new Map<string, string>();
  const judge = async () => {
    const known = await catalog.images.known([...page.keys()]);
    for (const [id, key] of page) {
      if (known.has(id)) continue;
      await storage.delete(key);
      swept += 1;
    }
    page = new Map();
  };
  for (const day of [new Date(), new Date(Date.now() - dayMs)]) {
    for await (const { key } of storage.list(originalsOf(day))) {
      const id = imageIdOf(key);
      if (id !== undefined && imageIdTime(id).getTime() <= newest) page.set(id, key);
      if (page.size >= pageSize) await judge();
    }
  }
  await judge();
  return swept;
}
