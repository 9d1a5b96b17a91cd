import type { NotifyDependencies } from "./dependencies.ts";

/** How long the log of a delivery that has ended can be looked at and replayed, in milliseconds. */
const keptMs = 30 * 24 * 60 * 60 * 1000;

/** Keeps the log of webhooks from growing for ever. Safe in every process at once. */
export async function forgetOld({
  catalog,
  logger,
}: Pick<NotifyDependencies, "catalog" | "logger">): Promise<void> {
  const deliveries = await catalog.deliveries.purge(keptMs);
  if (deliveries > 0) logger.info({ deliveries }, "old webhook deliveries forgotten");
}
