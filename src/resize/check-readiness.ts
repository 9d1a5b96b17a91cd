import { originalKey } from "../storage/object-key.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** Whether one thing that requests depend on answers. */
export interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly detail?: string;
}

/** A key that no image has: the answer "nothing there" shows that storage answers. */
const probeKey = originalKey("00000000-0000-7000-8000-000000000000", "probe", "png");
const patienceMs = 2_000;

/** Asks each dependency something small, with a deadline: what hangs is not ready. */
export async function checkReadiness({
  catalog,
  storage,
  queue,
}: Pick<ResizeDependencies, "catalog" | "storage" | "queue">): Promise<readonly Readiness[]> {
  return Promise.all([
    ask("catalog", () => catalog.ping()),
    ask("storage", () => storage.stat(probeKey)),
    ask("queue", () => queue.counts()),
  ]);
}

async function ask(name: string, question: () => Promise<unknown>): Promise<Readiness> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error("no answer")), patienceMs);
  try {
    await Promise.race([question(), timeout.promise]);
    return { name, ready: true };
  } catch {
    return { name, ready: false, detail: `The ${name} does not answer.` };
  } finally {
    clearTimeout(timer);
  }
}
