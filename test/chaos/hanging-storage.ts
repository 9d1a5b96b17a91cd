/**
 * Loaded into a process of Pixmill before its own code (`--import`): while there is a file at CHAOS_HANG_WHILE, calls
 * to the storage folder do not return, as those to a network folder whose server is away. They go on when it is gone.
 */
import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const flag = process.env.CHAOS_HANG_WHILE ?? "";
const storage = process.env.PIXMILL_STORAGE ?? "";

type Call = (this: unknown, ...args: unknown[]) => unknown;

function hold(target: object, name: string, isStorage: (args: unknown[]) => boolean): void {
  const methods = target as Record<string, Call>;
  const real = methods[name];
  if (!real) throw new Error(`there is no ${name}`);
  methods[name] = async function (...args) {
    while (isStorage(args) && existsSync(flag)) await sleep(50);
    return real.apply(this, args);
  };
}

const byPath = ["open", "stat", "link", "rename", "mkdir", "unlink", "rmdir", "opendir", "readdir", "statfs"];
for (const name of byPath) hold(fs, name, (paths) => paths.some((path) => String(path).startsWith(storage)));

const file = await fs.open("/dev/null");
const handles = Object.getPrototypeOf(file) as object;
await file.close();
for (const name of ["writev", "read", "sync", "datasync"]) hold(handles, name, () => true);
syncBuiltinESMExports();
