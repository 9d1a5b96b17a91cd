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
 * Plays scenarios one after another on one fleet, whose descriptors and memory so come back to the same baseline
 * again and again. A fleet on which something failed is thrown away.
 */
export class Player {
  readonly #long: boolean;
  #arena: Promise<Arena> | undefined;

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
    const reason = this.#skipReason(scenario);
    if (reason !== undefined) return ended("skipped", reason);
    try {
      this.#arena ??= Arena.open({ long: this.#long });
      const arena = await this.#arena;
      return ended("passed", await scenario.play(arena));
    } catch (error) {
      if (error instanceof NotPlayed) return ended("skipped", error.message);
      await this.close();
      return ended("failed", error instanceof Error ? error.message : String(error));
    }
  }

  /** Why it cannot be played here, or `undefined`. */
  #skipReason({ needsRoot, onlyLong }: Scenario): string | undefined {
    if (needsRoot && !isRoot) return "needs root";
    return onlyLong && !this.#long ? "only in the long form" : undefined;
  }

  async close(): Promise<void> {
    const arena = await this.#arena?.catch(() => undefined);
    this.#arena = undefined;
    await arena?.close();
  }
}
