import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathsBelow } from "../support/files-below.ts";
import type { ImageRow } from "./catalog-view.ts";
import { ExactResults } from "./exact-results.ts";
import type { Picture } from "./load.ts";
import type { Objects } from "./objects.ts";

interface Expected {
  readonly key: string;
  readonly bytes: number;
  /** What was uploaded, of images of this load. */
  readonly picture: Picture | undefined;
  /** `undefined`: it is the original. */
  readonly variant?: string;
}

/** Looks at the objects themselves: each that a row points to is there whole, and there is no other. */
export class StorageView {
  readonly #objects: Objects;
  readonly #workFolders: readonly string[];
  /** Objects that were looked into before do not change under their name. */
  readonly #known = new Set<string>();
  readonly #results = new ExactResults();

  constructor(objects: Objects, workFolders: readonly string[]) {
    this.#objects = objects;
    this.#workFolders = workFolders;
  }

  /** What is in the work folders: `claims/…`, `staging/…`. */
  async unfinished(): Promise<string[]> {
    const all = await Promise.all(this.#workFolders.map((folder) => pathsBelow(join(folder, ".work"))));
    return all.flat().filter((name) => name.includes("/"));
  }

  /** Objects that no row points to: an upload that was broken off may leave one, for the sweep. */
  async strays(rows: readonly ImageRow[]): Promise<string[]> {
    const known = new Set(expectedOf(rows, new Map()).map(({ key }) => key));
    return (await this.#objects.keys()).filter((key) => !known.has(key));
  }

  /** `pictures`: what was uploaded, by the image's id. */
  async faults(rows: readonly ImageRow[], pictures: ReadonlyMap<string, Picture>): Promise<string[]> {
    const faults = (await this.strays(rows)).map((key) => `${key} is no image's`);
    const there = new Set(await this.#objects.keys());
    for (const expected of expectedOf(rows, pictures)) {
      const { key } = expected;
      if (!there.has(key)) faults.push(`${key} is missing`);
      else if (!this.#known.has(key)) faults.push(...(await this.#lookInto(expected)));
    }
    return faults;
  }

  async #lookInto({ key, bytes, picture, variant }: Expected): Promise<string[]> {
    const content = await this.#objects.content(key);
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
