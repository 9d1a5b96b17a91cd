import type { ImageRecord } from "../catalog/image-record.ts";
import { failImage } from "./finish-image.ts";
import type { Lease } from "./lease.ts";
import type { ProcessDependencies } from "./process-image.ts";
import { judge } from "./verdict.ts";

type Needs = Pick<ProcessDependencies, "catalog" | "storage" | "events" | "logger" | "workerName">;

/** What came of an attempt: the image is final, comes again after a delay, or is somebody else's. */
export interface Attempt {
  readonly final?: ImageRecord | undefined;
  readonly delayMs?: number;
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
    return { final: await failImage(dependencies, record, verdict.error) };
  }
  logger.warn({ ...about, delayMs: verdict.delayMs }, "image goes back to the queue");
  await catalog.claims.giveBack(record.id, record.attempt, {
    strike: verdict.strike,
    undoDelivery: verdict.undoDelivery,
    delayMs: verdict.delayMs,
  });
  return { delayMs: verdict.delayMs };
}
