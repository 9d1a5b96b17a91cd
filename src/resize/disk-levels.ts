import type { Room } from "../storage/storage.ts";
import { type Level, level } from "./level.ts";

/**
 * Of a disk this much is kept for the results of what was accepted, for the catalog's file and for its journal: the
 * smaller of the two. A twentieth, so that a small disk is of use too.
 */
const kept = { bytes: 256 * 1024 ** 2, files: 10_000, share: 0.05 };
/** Uploads are taken again when so much more is free than is kept: else they would be refused and taken in turn. */
const easeShare = 1.1;

const effect = "New uploads are refused with storage_full.";

/** How full a disk is, in bytes and, where that has an end, in files. `before`: what was said last. */
export function diskLevels(room: Room, before: readonly Level[]): readonly Level[] {
  const one = (name: "disk" | "inodes", free: number, total: number, most: number): Level[] => {
    if (total === 0) return [];
    const reserve = Math.min(most, kept.share * total);
    const wasAbove = before.some((known) => known.name === name && known.effect !== null);
    const isAbove = free < reserve * (wasAbove ? easeShare : 1);
    return [level({ name, used: 1 - free / total, limit: 1 - reserve / total }, effect, isAbove)];
  };
  return [
    ...one("disk", room.free, room.total, kept.bytes),
    ...one("inodes", room.freeFiles, room.totalFiles, kept.files),
  ];
}
