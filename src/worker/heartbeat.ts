import { hostname } from "node:os";
import type { ResizeDependencies } from "../resize/dependencies.ts";
import type { Activity } from "./activity.ts";
import { repeat } from "./repeat.ts";

const beatEveryMs = 5_000;
/** How often workers that went without a word are forgotten, in milliseconds. */
const purgeEveryMs = 60 * 60 * 1000;

interface Heartbeat {
  /** Says good-bye: the worker is no longer listed. */
  stop(): Promise<void>;
}

/** Tells every five seconds that the worker lives and what it does, for `/v1/workers` and the event stream. */
export function startHeartbeat(
  { catalog, events, logger }: Pick<ResizeDependencies, "catalog" | "events" | "logger">,
  worker: { readonly name: string; readonly concurrency: number; readonly activity: Activity },
): Heartbeat {
  const { name: id, concurrency, activity } = worker;
  const startedAt = new Date();
  let purgeAt = 0;
  const beats = repeat({
    everyMs: beatEveryMs,
    async run() {
      const { active, done, failed } = activity;
      const megapixels = Math.round(activity.megapixels * 10) / 10;
      const beat = { id, host: hostname(), startedAt, concurrency, active, done, failed, megapixels };
      events.publish({ type: "worker.heartbeat", data: { ...beat, startedAt: startedAt.toISOString() } });
      await catalog.workers.beat(beat);
      if (performance.now() < purgeAt) return;
      await catalog.workers.purge();
      purgeAt = performance.now() + purgeEveryMs;
    },
    failed: (error) => logger.warn({ worker: id, err: error }, "heartbeat not written"),
  });
  return {
    async stop() {
      beats.stop();
      await beats.idle();
      await catalog.workers
        .remove(id)
        .catch((err) => logger.warn({ worker: id, err }, "worker not signed off"));
    },
  };
}
