import { setTimeout as sleep } from "node:timers/promises";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { backoffMs } from "../queue/backoff.ts";
import { dispatch } from "./dispatch.ts";
import { failImage } from "./finish-image.ts";
import { type Lease, leaseMs } from "./lease.ts";
import type { ProcessDependencies } from "./process-image.ts";
import { judge } from "./verdict.ts";

type Needs = Pick<ProcessDependencies, "catalog" | "storage" | "queue" | "events" | "logger" | "workerName">;

/** What came of an attempt: the image is final, comes again after a delay, or is another job's. */
export interface Attempt {
  readonly final?: ImageRecord | undefined;
  readonly delayMs?: number;
  /** What the worker stands on, and not the image, kept it from going well. */
  readonly outage?: PixmillError;
}

/** Writes what becomes of an image after an attempt went wrong: it failed, or waits to be tried again. */
export async function settleFailure(
  dependencies: Needs,
  record: ImageRecord,
  thrown: unknown,
  lease: Lease,
  stop: AbortSignal,
): Promise<Attempt> {
  const { catalog, logger, workerName } = dependencies;
  const verdict = judge(thrown, record, stop.aborted);
  const { code, message: reason, cause } = verdict.error;
  const outage = verdict.outage && { outage: verdict.error };
  const about = {
    imageId: record.id,
    worker: workerName,
    attempt: record.attempt,
    code,
    reason,
    ms: Date.now() - record.createdAt.getTime(),
    // A stack is of use where the code alone does not say what happened.
    ...(cause ? { err: cause } : {}),
  };
  lease.release();
  if (verdict.kind === "fail") {
    logger.warn(about, "image failed");
    const failing = () => failImage(dependencies, record, verdict.error);
    return { final: await whileClaimed(failing, stop), ...outage };
  }
  logger.warn({ ...about, delayMs: verdict.delayMs }, "image goes back to the queue");
  const { strike, undoDelivery, delayMs } = verdict;
  // Another turn takes another job. What has no original is in no queue.
  const nextGeneration = strike && record.original !== null;
  const givingBack = () =>
    catalog.claims.giveBack(record.id, record.attempt, { strike, undoDelivery, delayMs, nextGeneration });
  const queued = await whileClaimed(givingBack, stop);
  if (!nextGeneration) return { delayMs, ...outage };
  if (queued) await dispatch(dependencies, queued, delayMs);
  return {};
}

const pauses = { baseMs: 250, capMs: 2_000 };

/**
 * Tries again as long as the claim may last: a lease that runs out gives the image back without its strike, and what
 * kills engines would be tried twenty times instead of twice. The fence makes it harmless to write late, or twice.
 */
async function whileClaimed<T>(write: () => Promise<T>, stop: AbortSignal): Promise<T> {
  const late = performance.now() + leaseMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const isOutage = error instanceof PixmillError && error.retryable;
      if (!isOutage || stop.aborted || performance.now() > late) throw error;
    }
    await sleep(backoffMs(tries, pauses), undefined, { signal: stop }).catch(() => {});
  }
}
