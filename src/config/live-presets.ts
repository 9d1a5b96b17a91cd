import type { Preset } from "../image/preset.ts";
import type { Logger } from "../logger.ts";
import { loadPresets } from "./presets-file.ts";

/** The presets of a process that runs: read at its start, and again when it is told that the file has changed. */
export class LivePresets {
  readonly #file: string | undefined;
  #presets: readonly Preset[];

  private constructor(file: string | undefined, presets: readonly Preset[]) {
    this.#file = file;
    this.#presets = presets;
  }

  /** Throws a `ConfigError` when the file is wrong: a process does not start with presets that nobody meant. */
  static async load(file: string | undefined): Promise<LivePresets> {
    return new LivePresets(file, await loadPresets(file));
  }

  readonly current = (): readonly Preset[] => this.#presets;

  /**
   * Reads the file again at each SIGHUP. A wrong file changes nothing, and the log says where and why. Accepted
   * images keep the variants that they were accepted with. Without a file SIGHUP ends the process, as ever.
   */
  reloadOnSignal(logger: Logger): void {
    if (this.#file !== undefined) process.on("SIGHUP", () => this.reload(logger));
  }

  async reload(logger: Logger): Promise<void> {
    try {
      const presets = await loadPresets(this.#file);
      this.#presets = presets;
      const versions = Object.fromEntries(presets.map(({ name, version }) => [name, version]));
      logger.info({ presets: versions }, "presets read again");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ reason }, "the presets file is wrong: the presets stay as they were");
    }
  }
}
