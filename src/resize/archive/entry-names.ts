import { safeFileStem } from "../../image/filename.ts";

/**
 * Names for the files of an archive: what the images were called, safe to be unpacked on any system, and each once, also
 * where upper and lower case are the same. The second of a name is called `cat (2)`.
 */
export class EntryNames {
  readonly #taken = new Set<string>();
  /** Where to go on counting: ten thousand of one name would else be counted from 2 each. */
  readonly #counts = new Map<string, number>();

  /** One name for each ending (`-thumb.jpg`), all with the same beginning. */
  take(filename: string, endings: readonly string[]): string[] {
    if (endings.length === 0) return [];
    const stem = safeFileStem(filename);
    const folded = stem.toLowerCase();
    for (let count = this.#counts.get(folded) ?? 1; ; count += 1) {
      const names = endings.map((ending) => `${count === 1 ? stem : `${stem} (${count})`}${ending}`);
      const keys = names.map((name) => name.toLowerCase());
      if (keys.some((key) => this.#taken.has(key))) continue;
      for (const key of keys) this.#taken.add(key);
      this.#counts.set(folded, count + 1);
      return names;
    }
  }
}
