import { existsSync } from "node:fs";

/** For what is being closed by the system; what has closed in good order leaves nothing behind. */
const patienceMs = 1_000;
const shell = "/bin/sh";

/**
 * Lets the process end with this code by itself, which takes as long as something is left in its event loop, and a
 * second at most.
 *
 * `process.exit` waits for V8's threads while one of them may wait for a collection of the heap, which comes no more:
 * the process hangs for ever (nodejs/node#54918). An emptied event loop frees the heap first, and that wakes them.
 */
export function endSoon(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => endAtOnce(exitCode), patienceMs).unref();
}

/** Ends the process now, whatever it does, after the listeners to its exit. */
export function endAtOnce(exitCode: number): never {
  if (process.execve && existsSync(shell)) {
    process.emit("exit", exitCode);
    // A program in this one's place, which only has this exit code: it waits for no thread.
    process.execve(shell, [shell, "-c", `exit ${exitCode}`], {});
  }
  process.exit(exitCode);
}
