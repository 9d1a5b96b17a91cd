import type { DeliveryRecord } from "../catalog/delivery-record.ts";
import { type PostAnswer, postJson } from "../fetch/post-json.ts";
import { clientSecret } from "./client-secret.ts";
import type { NotifyDependencies } from "./dependencies.ts";
import { signatureHeaders } from "./sign.ts";
import { judgeAnswer, judgeFault, type Verdict } from "./verdict.ts";

/**
 * One attempt: sign, send, and write into the log what came of it. When `signal` is aborted the claim is given back,
 * and the delivery comes again: at least once, under the same id.
 */
export async function deliver(
  dependencies: NotifyDependencies,
  delivery: DeliveryRecord,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, logger, recorder } = dependencies;
  const at = new Date();
  const startedAt = performance.now();
  const verdict = await attempt(dependencies, delivery, at, signal);
  if (!verdict) return await catalog.deliveries.release(delivery);
  const { statusCode, error, settlement } = verdict;
  const durationMs = Math.round(performance.now() - startedAt);
  const mine = await catalog.deliveries.settle(delivery, { at, durationMs, statusCode, error }, settlement);
  const { id: deliveryId, imageId, batchId, receiver, type } = delivery;
  const about = { deliveryId, imageId, batchId, receiver, type, statusCode, durationMs };
  if (!mine)
    return logger.warn(about, "webhook was sent by another worker too: this attempt is not in its log");
  const outcome = settlement.status === "pending" ? "retried" : settlement.status;
  recorder.attempted(outcome);
  // Never the address itself: its path and query may be a secret.
  if (outcome === "delivered") logger.info(about, "webhook delivered");
  else if (outcome === "retried")
    logger.info({ ...about, error }, "webhook not delivered: it is tried again");
  else logger.warn({ ...about, error }, "webhook given up");
}

async function attempt(
  { policy, secrets }: NotifyDependencies,
  delivery: DeliveryRecord,
  at: Date,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const { id, url, client, payload: body } = delivery;
  const ofClient = client === null ? [] : secrets.map((secret) => clientSecret(secret, client));
  let answer: PostAnswer;
  try {
    const headers = signatureHeaders({ id, at, body }, [...secrets, ...ofClient]);
    answer = await postJson(url, body, { policy, headers, signal });
  } catch (error) {
    return signal.aborted ? undefined : judgeFault(error, delivery, new Date());
  }
  return judgeAnswer(answer, delivery, new Date());
}
