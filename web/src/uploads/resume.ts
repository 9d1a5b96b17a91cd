import { signal } from "@preact/signals";
import { type Drop, endDrop, leaveDrop } from "./drop.ts";
import type { GivenFile } from "./given-file.ts";
import { findKeptDrops, type KeptDrop, keepOver } from "./kept-drops.ts";
import { newUpload } from "./upload.ts";
import { addUploads } from "./upload-actions.ts";

/** What was not sent when the page was last closed. A browser cannot open files again by itself: it asks for them. */
export const interrupted = signal<readonly KeptDrop[]>([]);

/** Those that go on here. */
const revived = new Map<string, Drop>();

export async function findInterrupted(): Promise<void> {
  const kept = await findKeptDrops();
  interrupted.value = kept.filter((drop) => missing(drop).length > 0);
  // The page was closed between the last file and the end.
  for (const drop of kept) if (missing(drop).length === 0) void endDrop(drop);
}

/** The keys of its files that were not sent. */
export function missing({ files }: KeptDrop): string[] {
  return [...files].filter(([, isOver]) => !isOver).map(([key]) => key);
}

/**
 * Goes on with those files that were interrupted, and leaves out those that were sent before, so that the same
 * folder can be given once more. Returns the others.
 */
export function goOnWith(files: readonly GivenFile[]): GivenFile[] {
  if (interrupted.value.length === 0) return [...files];
  const rest = new Set(files);
  for (const kept of interrupted.value) {
    const known = [...rest].filter((file) => kept.files.has(file.key));
    for (const file of known) rest.delete(file);
    const missed = known.filter((file) => kept.files.get(file.key) === false);
    if (missed.length > 0) revive(kept, missed);
  }
  return [...rest];
}

/** Nobody will give these files again: those of one batch, or all. What goes on of their drops goes on. */
export function giveUpInterrupted(batchId?: string): void {
  const given = interrupted.value.filter((kept) => batchId === undefined || kept.batchId === batchId);
  interrupted.value = interrupted.value.filter((kept) => !given.includes(kept));
  for (const kept of given) {
    const drop = revived.get(kept.id);
    if (!drop) {
      void endDrop(kept);
      continue;
    }
    keepOver(kept.id, missing(kept));
    for (const _ of missing(kept)) leaveDrop(drop);
  }
}

function revive(kept: KeptDrop, files: readonly GivenFile[]): void {
  const drop = revived.get(kept.id) ?? { ...kept, open: missing(kept).length };
  revived.set(kept.id, drop);
  const given = new Map(files.map((file) => [file.key, true]));
  const rest = { ...kept, files: new Map([...kept.files, ...given]) };
  const others = interrupted.value.filter(({ id }) => id !== kept.id);
  interrupted.value = missing(rest).length > 0 ? [...others, rest] : others;
  addUploads(files.map((file) => newUpload(file, drop)));
}
