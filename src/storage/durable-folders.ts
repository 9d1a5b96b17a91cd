import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errnoOf } from "./disk-fault.ts";
import { syncFolder } from "./sync-path.ts";

/** A new image makes a new folder: what is remembered is forgotten at this many, not kept for ever. */
const maxRemembered = 1000;

/** Folders below one root that survive a power cut, with no more system calls than that takes. */
export class DurableFolders {
  readonly #root: string;
  readonly #made = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Resolves when `folder` (relative to the root, its parts joined by `/`) exists and will after a power cut.
   * A folder that was there already is synced too, once: another process may have made it a moment ago.
   */
  make(folder: string): Promise<void> {
    const known = this.#made.get(folder);
    if (known) return known;
    if (this.#made.size >= maxRemembered) this.#made.clear();
    const making = this.#make(folder);
    this.#made.set(folder, making);
    making.catch(() => this.forget(folder));
    return making;
  }

  /** To be called when the folder may be gone. */
  forget(folder: string): void {
    this.#made.delete(folder);
  }

  /**
   * Resolves when every name that is in the folder now will be there after a power cut. Calls that meet share
   * one sync: it serves all who came before it started.
   */
  sync(folder: string): Promise<void> {
    const waiting = this.#waiting.get(folder);
    if (waiting) return waiting;
    const running = this.#running.get(folder);
    const next = (running ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        this.#waiting.delete(folder);
        const sync = syncFolder(join(this.#root, folder));
        this.#running.set(folder, sync);
        const done = () => {
          if (this.#running.get(folder) === sync) this.#running.delete(folder);
        };
        sync.then(done, done);
        return sync;
      });
    this.#waiting.set(folder, next);
    return next;
  }

  async #make(folder: string): Promise<void> {
    if (folder === ".") return;
    const parent = dirname(folder);
    await this.make(parent);
    try {
      await mkdir(join(this.#root, folder));
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    await this.sync(parent);
  }
}
