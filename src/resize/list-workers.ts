import type { WorkerRecord } from "../catalog/workers.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** Six heartbeats: one that missed so many is taken for dead. Milliseconds. */
const seenWithinMs = 30_000;

/** The workers that live, by id. */
export function listWorkers({ catalog }: Pick<ResizeDependencies, "catalog">): Promise<WorkerRecord[]> {
  return catalog.workers.list({ seenWithinMs });
}
