import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** Importing this file makes the process a well-behaved child: only its parent ends it. */

// Ctrl-C reaches the whole process group, a service manager's SIGTERM too; the parent decides what is finished.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

// The channel closes when the parent goes, however it goes.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

// When memory runs out, the kernel shall take this process and not its parent.
try {
  writeFileSync("/proc/self/oom_score_adj", "500");
} catch {
  // Not Linux, or not allowed: then the kernel chooses.
}

// A loop that never ends keeps the channel's end from being noticed: a thread of its own looks for the parent.
const parentPid = Number(process.argv[2]);
const watch = new URL(`./watch-parent${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
new Worker(watch, {
  workerData: parentPid,
  env: {},
  resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
}).unref();
