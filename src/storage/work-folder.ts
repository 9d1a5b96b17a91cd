import { mkdir, readdir, rm, rmdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, onDisk, unlessMissing } from "./disk-fault.ts";
import { UploadFolder } from "./upload-folder.ts";

/** Where files lie that are not whole yet. On the same disk as the objects, so that a rename finishes them. */
export function stagingFolderOf(root: string): string {
  return join(root, ".work", "staging");
}

/**
 * `<root>/.work`: `claims/<name>/` for the engine's files in and out, `staging/` for what is being received,
 * `uploads/` for what comes in many requests. Nothing in it is ever an object; what a killed process leaves is
 * swept by age.
 */
export class WorkFolders {
  readonly stagingFolder: string;
  readonly uploads: UploadFolder;
  readonly #claims: string;

  constructor(options: { readonly root: string }) {
    this.stagingFolder = stagingFolderOf(options.root);
    this.uploads = new UploadFolder(join(options.root, ".work", "uploads"));
    this.#claims = join(options.root, ".work", "claims");
  }

  static async open(root: string): Promise<WorkFolders> {
    const folders = new WorkFolders({ root });
    await onDisk(mkdir(folders.stagingFolder, { recursive: true }));
    await onDisk(mkdir(folders.#claims, { recursive: true }));
    await folders.uploads.open();
    return folders;
  }

  /** An empty folder of that name (letters, digits, `.`, `-`, `_`), whatever was there; resolves to its path. */
  async create(name: string): Promise<string> {
    const path = this.#pathOf(name);
    await onDisk(mkdirEmpty(path));
    return path;
  }

  /** Removing what is not there is a success. Quickest when `files` names all that is in it. */
  async remove(name: string, files: readonly string[] = []): Promise<void> {
    await onDisk(removeFolder(this.#pathOf(name), files));
  }

  /**
   * Removes the folders of claims that are not to be kept, and staged files, that nothing was written into for
   * `olderThanMs`; resolves to how many. A running upload is written into all the time: the age must be more
   * than its deadline allows between two pieces.
   */
  async sweep(olderThanMs: number, keep: (name: string) => boolean): Promise<number> {
    const newest = Date.now() - olderThanMs;
    const claims = await this.#sweep(this.#claims, newest, keep);
    return claims + (await this.#sweep(this.stagingFolder, newest, () => false));
  }

  async #sweep(folder: string, newest: number, keep: (name: string) => boolean): Promise<number> {
    let swept = 0;
    for (const name of (await onDisk(unlessMissing(readdir(folder)))) ?? []) {
      const path = join(folder, name);
      if (keep(name) || !(await onDisk(isOlder(path, newest)))) continue;
      await onDisk(rm(path, { recursive: true, force: true }));
      swept += 1;
    }
    return swept;
  }

  #pathOf(name: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new TypeError("Not a name for a work folder.");
    return join(this.#claims, name);
  }
}

async function mkdirEmpty(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "EEXIST" && code !== "ENOENT") throw error;
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
  }
}

/** The general `rm` looks at everything first: it costs 1 ms CPU where two calls would do. */
async function removeFolder(path: string, files: readonly string[]): Promise<void> {
  try {
    for (const file of files) await unlink(join(path, file));
    await rmdir(path);
  } catch {
    await rm(path, { recursive: true, force: true });
  }
}

async function isOlder(path: string, newest: number): Promise<boolean> {
  const facts = await unlessMissing(stat(path));
  return facts !== undefined && facts.mtimeMs <= newest;
}
