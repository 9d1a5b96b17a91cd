/**
 * Names of results in one folder, each given once. Case and Unicode form do not tell names apart, because they
 * do not on every file system.
 */
export class ResultNames {
  readonly #taken = new Set<string>();

  /** `<stem>.<extension>`, or `<stem>-2.<extension>` and so on when that was given before. */
  claim(stem: string, extension: string): string {
    for (let count = 1; ; count++) {
      const name = `${stem}${count === 1 ? "" : `-${count}`}.${extension}`;
      const key = name.normalize("NFC").toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return name;
    }
  }
}
