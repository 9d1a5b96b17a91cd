import { openCatalog } from "../catalog/database.ts";
import { RedisBus } from "../events/redis-bus.ts";
import { BullmqQueue } from "../queue/bullmq-queue.ts";
import { checkRedis } from "../queue/check-redis.ts";
import { connectRedis, promptRedis } from "../redis-connection.ts";
import type { Drivers, OpenOptions } from "./drivers.ts";
import { openStorage } from "./open-storage.ts";

/**
 * One of many processes on PostgreSQL, Redis, and a shared folder or S3. It starts without Redis, because uploads are
 * accepted without it, but not on a Redis that would throw queued jobs away.
 */
export async function openDistributed(
  { settings, logger, shutdown, views, hasApi, onFatal }: OpenOptions,
  redisUrl: string,
): Promise<Drivers> {
  const fault = await checkRedis(redisUrl).catch((error: unknown) => {
    logger.warn({ err: error }, "started without Redis: images are accepted and wait");
    return undefined;
  });
  if (fault) throw new Error(fault);
  const { storage, workFolders, tie } = await openStorage({ settings, logger });
  shutdown.add({ name: "storage", stop: () => storage.close() });
  const catalog = await openCatalog(settings.databaseUrl, { logger, views });
  shutdown.add({ name: "catalog", stop: () => catalog.close() });
  await tie(await catalog.identity());
  const events = await RedisBus.open({ url: redisUrl, logger });
  shutdown.add({ name: "events", stop: () => events.close() });
  const queue = new BullmqQueue({
    url: redisUrl,
    logger,
    onWedged: () => onFatal("The queue's consumer takes no jobs although there are some."),
  });
  shutdown.add({ name: "queue", stop: () => queue.close() });
  const drivers = { storage, workFolders, catalog, events, queue, dashboard: queue };
  if (!hasApi || settings.rateLimit === "off") return drivers;
  const counters = connectRedis(redisUrl, { ...promptRedis, connectionName: "pixmill-counters" }, logger);
  shutdown.add({ name: "counters", stop: async () => counters.disconnect() });
  return { ...drivers, counters };
}
