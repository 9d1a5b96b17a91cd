import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRow } from "./catalog-view.ts";
import { ExactResults } from "./exact-results.ts";
import type { Picture } from "./load.ts";

interface Expected {
  readonly key: string;
  readonly bytes: number;
  /** What was uploaded, of images of this load. */
  readonly picture: Picture | undefined;
  /** `undefined`: it is the original. */
  readonly variant?: string;
}

/** Looks at the files themselves: each that a row points to is there whole, and there is no other. */
export class StorageView {
  readonly #root: string;
  /** Files that were looked into before do not change under their name. */
  readonly #known = new Set<string>();
  readonly #results = new ExactResults();

  constructor(root: string) {
    this.#root = root;
  }

  /** What is in the work folder: `claims/…`, `staging/…`. */
  async unfinished(): Promise<string[]> {
    const work = join(this.#root, ".work");
    return (await entriesIn(work)).filter((name) => name.includes("/"));
  }

  /** Files that no row points to: an upload that was broken off may leave one, for the sweep. */
  async strays(rows: readonly ImageRow[]): Promise<string[]> {
    const known = new Set(expectedOf(rows, new Map()).map(({ key }) => key));
    const there = await Promise.all(["uploads", "processed"].map((folder) => this.#in(folder)));
    return there.flat().filter((key) => !known.has(key));
  }

  /** `pictures`: what was uploaded, by the image's id. */
  async faults(rows: readonly ImageRow[], pictures: ReadonlyMap<string, Picture>): Promise<string[]> {
    const faults = (await this.strays(rows)).map((key) => `${key} is no image's`);
    const there = new Set([...(await this.#in("uploads")), ...(await this.#in("processed"))]);
    for (const expected of expectedOf(rows, pictures)) {
      const { key } = expected;
      if (!there.has(key)) faults.push(`${key} is missing`);
      else if (!this.#known.has(key)) faults.push(...(await this.#lookInto(expected)));
    }
    return faults;
  }

  async #in(folder: string): Promise<string[]> {
    return (await filesIn(join(this.#root, folder))).map((name) => `${folder}/${name}`);
  }

  async #lookInto({ key, bytes, picture, variant }: Expected): Promise<string[]> {
    const content = await readFile(join(this.#root, key));
    this.#known.add(key);
    if (content.length !== bytes) return [`${key} has ${content.length} of ${bytes} bytes`];
    if (!picture) return [];
    if (variant === undefined) return content.equals(picture.content) ? [] : [`${key} is not what was sent`];
    const hash = createHash("sha256").update(content).digest("hex");
    const fault = await this.#results
      .fault(picture, variant, content, hash)
      .catch((error: unknown) => `does not decode: ${error}`);
    return fault === undefined ? [] : [`${key}, ${variant} of ${picture.name}, ${fault}`];
  }
}

function expectedOf(rows: readonly ImageRow[], pictures: ReadonlyMap<string, Picture>): Expected[] {
  return rows.flatMap(({ id, original, variants }) => {
    const picture = pictures.get(id);
    const results = variants.flatMap(({ name: variant, status, key, bytes }) =>
      status === "ready" && key !== undefined && bytes !== undefined
        ? [{ key, bytes, picture, variant }]
        : [],
    );
    return original ? [{ ...original, picture }, ...results] : results;
  });
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await entriesIn(folder);
  const facts = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, index) => facts[index]?.isFile());
}

async function entriesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true }).catch(() => [])).toSorted();
}
