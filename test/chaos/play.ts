import { Arena } from "./arena.ts";
import { isRoot } from "./disk.ts";
import { NotPlayed, type Scenario } from "./scenario.ts";

export interface Outcome {
  readonly scenario: Scenario;
  /** What was measured, or why it was not played. */
  readonly figure: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly seconds: number;
}

/**
 * What it means that this machine cannot play a scenario. What takes root is left out wherever that is not to be had;
 * all else must be there in CI.
 */
export function resultOfNotPlayed(
  { needsRoot }: Pick<Scenario, "needsRoot">,
  isCi = process.env.CI === "true",
): Outcome["result"] {
  return isCi && !needsRoot ? "failed" : "skipped";
}

/**
 * Plays scenarios one after another on one fleet, and those in S3 on another, whose descriptors and memory so come
 * back to the same baseline again and again. A fleet on which something failed is thrown away.
 */
export class Player {
  readonly #long: boolean;
  readonly #arenas = new Map<boolean, Promise<Arena>>();

  constructor({ long = false }: { readonly long?: boolean } = {}) {
    this.#long = long;
  }

  async play(scenario: Scenario): Promise<Outcome> {
    const startedAt = performance.now();
    const ended = (result: Outcome["result"], figure: string): Outcome => ({
      scenario,
      figure,
      result,
      seconds: (performance.now() - startedAt) / 1_000,
    });
    const { inS3 = false } = scenario;
    const reason = this.#skipReason(scenario);
    if (reason !== undefined) return ended("skipped", reason);
    try {
      const arena = await this.#arena(inS3);
      if (scenario.needsDisk && !arena.disk) throw new NotPlayed("no small disk can be mounted here");
      return ended("passed", await scenario.play(arena));
    } catch (error) {
      if (error instanceof NotPlayed) return ended(resultOfNotPlayed(scenario), error.message);
      await this.#close(inS3);
      return ended("failed", error instanceof Error ? error.message : String(error));
    }
  }

  /** Why it cannot be played here, or `undefined`. */
  #skipReason({ needsRoot, onlyLong }: Scenario): string | undefined {
    if (needsRoot && !isRoot) return "needs root";
    return onlyLong && !this.#long ? "only in the long form" : undefined;
  }

  #arena(inS3: boolean): Promise<Arena> {
    const arena = this.#arenas.get(inS3) ?? Arena.open({ long: this.#long, inS3 });
    this.#arenas.set(inS3, arena);
    return arena;
  }

  async #close(inS3: boolean): Promise<void> {
    const arena = await this.#arenas.get(inS3)?.catch(() => undefined);
    this.#arenas.delete(inS3);
    await arena?.close();
  }

  async close(): Promise<void> {
    for (const inS3 of [...this.#arenas.keys()]) await this.#close(inS3);
  }
}
