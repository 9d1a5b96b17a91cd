import { Gauge, type Registry } from "prom-client";
import { within } from "./within.ts";

/** The parts of the queue's state that a graph shows. */
export interface QueueFigures {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly oldestWaitingMs: number | null;
}

/** How full one of the things is that uploads fill: 0 is empty, 1 is full. */
export interface LevelFigure {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

export interface WorkerFigures {
  readonly memoryBudgetBytes: number;
  readonly memoryUsedBytes: () => number;
  readonly engineProcesses: () => number;
}

/** How long a scrape waits for a measurement, in milliseconds. */
const patienceMs = 2_000;

/** Returns what measures anew; a scrape calls it first. */
export function queueGauges(
  registers: Registry[],
  measure: () => Promise<QueueFigures>,
  levels: () => Promise<readonly LevelFigure[]>,
): () => Promise<void> {
  const depth = new Gauge({
    name: "pixmill_queue_images",
    help: "Images of the whole installation by state; every API process tells the same.",
    labelNames: ["state"],
    registers,
  });
  const oldest = new Gauge({
    name: "pixmill_queue_oldest_waiting_seconds",
    help: "How long the image that waits longest has been waiting; 0 when none waits.",
    registers,
  });
  const level = new Gauge({
    name: "pixmill_level_ratio",
    help: "How full what uploads fill is: 0 is empty, 1 is full.",
    labelNames: ["of"],
    registers,
  });
  const limit = new Gauge({
    name: "pixmill_level_limit_ratio",
    help: "Above this level uploads are refused, or wait in the catalog alone.",
    labelNames: ["of"],
    registers,
  });
  return async () => {
    level.reset();
    limit.reset();
    depth.reset();
    oldest.remove();
    // Each by itself: while the catalog does not answer, the levels are what one wants to see.
    const [figures, known = []] = await Promise.all([
      within(patienceMs, measure()),
      within(patienceMs, levels()),
    ]);
    for (const { name, used, limit: most } of known) {
      level.set({ of: name }, used);
      limit.set({ of: name }, most);
    }
    if (!figures) return;
    for (const state of ["waiting", "active", "delayed", "failed"] as const)
      depth.set({ state }, figures[state]);
    oldest.set((figures.oldestWaitingMs ?? 0) / 1000);
  };
}

export function workerGauges(registers: Registry[], figures: WorkerFigures): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge(
    "pixmill_memory_budget_bytes",
    "Predicted bytes of decoded pictures that may be in flight.",
    () => figures.memoryBudgetBytes,
  );
  gauge(
    "pixmill_memory_used_bytes",
    "Predicted bytes of decoded pictures that are in flight.",
    figures.memoryUsedBytes,
  );
  gauge("pixmill_engine_processes", "Engine processes that live now.", figures.engineProcesses);
}
