import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "pixmill-engine-code-";

/** A folder in which the engine processes of one start of a worker keep their compiled code for one another. */
export interface CodeCache {
  /** `undefined` where none could be made: they do without. */
  readonly path: string | undefined;
  remove(): Promise<void>;
}

/**
 * For no other start, and on no folder that machines share: engine processes write it, and they open what strangers
 * send. What killed processes left is removed with the next start on the same machine.
 */
export async function openCodeCache(parent: string = tmpdir()): Promise<CodeCache> {
  await removeLeft(parent).catch(() => {});
  const path = await mkdtemp(join(parent, `${prefix}${process.pid}-`)).catch(() => undefined);
  return {
    path,
    async remove() {
      // What is left is found by the next start.
      if (path !== undefined) await rm(path, { recursive: true, force: true }).catch(() => {});
    },
  };
}

async function removeLeft(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(name.startsWith(prefix) && /^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    // In a container each start has the same number: what bears ours already is of one before.
    const isLeft = pid > 0 && (pid === process.pid || !lives(pid));
    if (isLeft) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process lives too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
