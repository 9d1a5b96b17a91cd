import { crc32 } from "node:zlib";
import { randomBytes } from "../pictures/index.ts";

/** What a seed decides. */
export interface Dice {
  /** A whole number from 0 to `limit - 1`. */
  readonly below: (limit: number) => number;
  readonly bytes: (length: number) => Buffer;
}

export function diceOf(random: () => number): Dice {
  return {
    below: (limit) => Math.floor(random() * limit),
    bytes: (length) => randomBytes(random, length),
  };
}

export function pick<T>(dice: Dice, list: readonly [T, ...T[]]): T {
  return list[dice.below(list.length)] ?? list[0];
}

/** Where headers lie, in most formats. */
const headBytes = 300;
const longestSegment = 2_048;

/** More often where headers lie: pixels that are damaged exercise one loop, headers a hundred branches. */
function place(dice: Dice, file: Buffer): number {
  return dice.below(dice.below(2) === 0 ? Math.min(file.length, headBytes) : file.length);
}

function segment(dice: Dice, file: Buffer): readonly [start: number, end: number] {
  const start = place(dice, file);
  const longest = pick(dice, [4, 64, longestSegment]);
  return [start, Math.min(file.length, start + 1 + dice.below(longest))];
}

const without = (file: Buffer, start: number, end: number) =>
  Buffer.concat([file.subarray(0, start), file.subarray(end)]);
const withInserted = (file: Buffer, at: number, bytes: Uint8Array) =>
  Buffer.concat([file.subarray(0, at), bytes, file.subarray(at)]);
function overwritten(file: Buffer, at: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(file);
  bytes.copy(copy, at);
  return copy;
}

/** Numbers at which sums overflow, signs turn and loops never start. */
const extremes = [
  "00",
  "01",
  "7f",
  "80",
  "ff",
  "0000",
  "7fff",
  "ffff",
  "00000000",
  "7fffffff",
  "80000000",
  "ffffffff",
];

/** One way of damaging a file. `other` is a second valid file. Lengths stay under twice the file's. */
type Damage = (file: Buffer, dice: Dice, other: Buffer) => Buffer;

const damages: Readonly<Record<string, Damage>> = {
  flip: (file, dice) => {
    const copy = Buffer.from(file);
    for (let flips = 1 + dice.below(4); flips > 0; flips--) {
      const at = place(dice, file);
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    }
    return copy;
  },
  overwrite: (file, dice) => overwritten(file, place(dice, file), dice.bytes(1 + dice.below(8))),
  extreme: (file, dice) => {
    const value = Buffer.from(extremes[dice.below(extremes.length)] ?? "00", "hex");
    return overwritten(file, place(dice, file), value);
  },
  cut: (file, dice) => file.subarray(0, place(dice, file)),
  zero: (file, dice) => {
    const [start, end] = segment(dice, file);
    return overwritten(file, start, Buffer.alloc(end - start));
  },
  remove: (file, dice) => without(file, ...segment(dice, file)),
  repeat: (file, dice) => {
    const [start, end] = segment(dice, file);
    const times = 1 + dice.below(Math.max(1, Math.min(64, Math.floor(file.length / (end - start)))));
    return withInserted(
      file,
      end,
      Buffer.concat(Array.from({ length: times }, () => file.subarray(start, end))),
    );
  },
  swap: (file, dice) => {
    const [start, end] = segment(dice, file);
    const taken = file.subarray(start, end);
    const rest = without(file, start, end);
    return withInserted(rest, dice.below(rest.length + 1), taken);
  },
  insert: (file, dice) => withInserted(file, place(dice, file), dice.bytes(1 + dice.below(32))),
  splice: (file, dice, other) =>
    Buffer.concat([file.subarray(0, place(dice, file)), other.subarray(dice.below(other.length))]),
};
const names = Object.keys(damages) as [string, ...string[]];

/** Damages a file one to three times; `how` names what was done, in order. */
export function damage(file: Buffer, other: Buffer, dice: Dice): { content: Buffer; how: readonly string[] } {
  let content = file;
  const how: string[] = [];
  for (let steps = pick(dice, [1, 1, 2, 3]); steps > 0 && content.length > 0; steps--) {
    const name = pick(dice, names);
    content = damages[name]?.(content, dice, other) ?? content;
    how.push(name);
  }
  // A decoder looks no further than a wrong checksum: half of the PNGs get right ones, and are looked at inside.
  if (dice.below(2) === 1) {
    const mended = withChecksums(content);
    if (!mended.equals(content)) how.push("checksums");
    content = mended;
  }
  return { content, how };
}

/** The PNG with the right checksum behind each of its chunks; any other file as it is. */
function withChecksums(file: Buffer): Buffer {
  if (file.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") return file;
  const copy = Buffer.from(file);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}
