import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { ImageRow } from "./catalog-view.ts";

/** Looks at the files themselves: each that a row points to is there whole, and there is no other. */
export class StorageView {
  readonly #root: string;
  /** Files that were looked into before do not change under their name. */
  readonly #known = new Set<string>();
  readonly #decoded = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** What is in the work folder: `claims/…`, `staging/…`. */
  async unfinished(): Promise<string[]> {
    const work = join(this.#root, ".work");
    return (await entriesIn(work)).filter((name) => name.includes("/"));
  }

  async faults(rows: readonly ImageRow[]): Promise<string[]> {
    const originals = rows.flatMap(({ original }) => original ?? []);
    const results = rows.flatMap(({ variants }) =>
      variants.flatMap(({ status, key, bytes }) =>
        status === "ready" && key !== undefined && bytes !== undefined ? [{ key, bytes }] : [],
      ),
    );
    return [...(await this.#compare("uploads", originals)), ...(await this.#compare("processed", results))];
  }

  async #compare(folder: string, expected: readonly { key: string; bytes: number }[]): Promise<string[]> {
    const faults: string[] = [];
    const there = new Set((await filesIn(join(this.#root, folder))).map((name) => `${folder}/${name}`));
    for (const { key, bytes } of expected) {
      if (!there.delete(key)) faults.push(`${key} is missing`);
      else if (!this.#known.has(key)) faults.push(...(await this.#lookInto(key, bytes)));
    }
    return [...faults, ...[...there].map((key) => `${key} is no image's`)];
  }

  async #lookInto(key: string, bytes: number): Promise<string[]> {
    const content = await readFile(join(this.#root, key));
    this.#known.add(key);
    if (content.length !== bytes) return [`${key} has ${content.length} of ${bytes} bytes`];
    const hash = createHash("sha256").update(content).digest("hex");
    if (this.#decoded.has(hash)) return [];
    const whole = await sharp(content, { failOn: "error", limitInputPixels: false })
      .stats()
      .then(() => true)
      .catch(() => false);
    if (!whole) return [`${key} does not decode`];
    this.#decoded.add(hash);
    return [];
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await entriesIn(folder);
  const facts = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, index) => facts[index]?.isFile());
}

async function entriesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true }).catch(() => [])).toSorted();
}
