import { setTimeout as sleep } from "node:timers/promises";
import type { Arena } from "./arena.ts";

const giveUpMs = 120_000;

/** How long it takes until what a killed process had in its hands is in other hands, or final. */
export class Recoveries {
  readonly seconds: number[] = [];
  /** What took longest. */
  worst = "nothing was interrupted";
  readonly #arena: Arena;
  readonly #watching = new Set<Promise<void>>();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** What the worker has in its hands now, before it is killed; call the answer when it was. */
  async ofWorker(name: string): Promise<() => void> {
    const held = await this.#arena.rows.images(`status = 'processing' and worker = '${name}'`);
    return () => {
      const ids = held.map(({ id }) => `'${id}'`).join(", ");
      if (held.length > 0) {
        this.#watch(`images of ${name}`, async () => {
          const now = await this.#arena.rows.images(`id in (${ids})`);
          const before = new Map(held.map((row) => [row.id, row.attempt]));
          return now.every(
            ({ id, attempt, status }) =>
              ["done", "failed"].includes(status) || attempt > (before.get(id) ?? 0),
          );
        });
      }
    };
  }

  /** Until the API answers again. */
  ofApi(): void {
    this.#watch("the API", async () => {
      const answer = await fetch(`${this.#arena.url}/livez`).catch(() => undefined);
      return answer?.ok === true;
    });
  }

  async all(): Promise<void> {
    await Promise.all(this.#watching);
  }

  /** Of all that were measured, in seconds. */
  percentile(share: number): number {
    const sorted = this.seconds.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  }

  #watch(what: string, isRecovered: () => Promise<boolean>): void {
    const startedAt = performance.now();
    const watching = (async () => {
      while (!(await isRecovered()) && performance.now() - startedAt < giveUpMs) await sleep(50);
      const seconds = (performance.now() - startedAt) / 1_000;
      if (this.seconds.every((other) => other < seconds)) this.worst = what;
      this.seconds.push(seconds);
    })();
    this.#watching.add(watching);
  }
}
