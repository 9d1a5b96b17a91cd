/**
 * Loaded into a process of Pixmill before its own code (`--import`): the process kills itself with SIGKILL at one
 * point of an image's story, named by CHAOS_KILL_AT. What happened before the point has really happened.
 */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { Redis } from "ioredis";
import { Client } from "pg";

const point = process.env.CHAOS_KILL_AT ?? "";

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is delivered before the call returns; no line of ours runs after it.
  throw new Error("killed");
}

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Dies before or after the first call for which `when` holds. */
function around(
  target: object,
  name: string,
  moment: "before" | "after",
  when: (args: unknown[]) => boolean,
): void {
  const methods = target as Record<string, Call>;
  const real = methods[name];
  if (!real) throw new Error(`there is no ${name}`);
  methods[name] = function (...args) {
    if (!when(args)) return real.apply(this, args);
    if (moment === "before") die();
    const result = real.apply(this, args);
    return Promise.resolve(result).then(die);
  };
}

const toOriginal = ([, to]: unknown[]) => String(to).includes("/uploads/") && !String(to).includes("/.work/");
const toResult = ([, to]: unknown[]) => String(to).includes("/processed/");

async function fileHandle(): Promise<object> {
  const file = await fs.open("/dev/null");
  await file.close();
  return Object.getPrototypeOf(file) as object;
}

/** Whether an upload has begun to be written, and whether a row of an image: starts do the same to other things. */
const seen = { written: false, inserted: false };

function isCommitOfImage([text]: unknown[]): boolean {
  seen.inserted ||= /^insert into "images"/i.test(String(text));
  return seen.inserted && text === "commit";
}

function noteWrites(handles: object): void {
  const real = (handles as Record<string, Call>).writev;
  (handles as Record<string, Call>).writev = function (...args) {
    seen.written = true;
    return real?.apply(this, args);
  };
}

const handles = await fileHandle();
const points: Record<string, () => void> = {
  "before-write": () => around(handles, "writev", "before", () => true),
  "before-fsync": () => {
    noteWrites(handles);
    around(handles, "sync", "before", () => seen.written);
  },
  "before-rename": () => around(fs, "rename", "before", toOriginal),
  "before-row": () => around(fs, "rename", "after", toOriginal),
  "before-commit": () => around(Client.prototype, "query", "before", isCommitOfImage),
  "before-enqueue": () => around(Client.prototype, "query", "after", isCommitOfImage),
  "before-answer": () => around(Redis.prototype, "hget", "after", () => true),
  "before-result": () => around(fs, "rename", "before", toResult),
  "before-result-row": () => around(fs, "rename", "after", toResult),
};

points[point]?.();
syncBuiltinESMExports();
