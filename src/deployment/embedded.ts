import { dirname } from "node:path";
import { openCatalog } from "../catalog/database.ts";
import { catalogFile, localFolder } from "../config/settings.ts";
import { EmbeddedBus } from "../events/embedded-bus.ts";
import { EmbeddedQueue } from "../queue/embedded-queue.ts";
import { releaseClaims } from "../resize/reconcile.ts";
import { sweep } from "../resize/sweep.ts";
import { lockFile, lockFolder } from "../storage/folder-lock.ts";
import type { Drivers, OpenOptions } from "./drivers.ts";
import { openStorage } from "./open-storage.ts";

/** Everything in one process and one folder. The lock on it proves that whoever held a claim in it is dead. */
export async function openEmbedded({ settings, logger, shutdown, views }: OpenOptions): Promise<Drivers> {
  const lock = lockFolder(localFolder(settings));
  shutdown.add({ name: "folder lock", stop: () => lock.release() });
  const { storage, workFolders, tie } = await openStorage({ settings, logger });
  shutdown.add({ name: "storage", stop: () => storage.close() });
  const catalog = await openCatalog(`sqlite:${catalogFile(settings)}`, { views });
  shutdown.add({ name: "catalog", stop: () => catalog.close() });
  if (dirname(catalogFile(settings)) !== localFolder(settings)) {
    // Somebody could have the same catalog, and with it the same bucket, from another folder.
    const catalogLock = lockFile(catalogFile(settings));
    shutdown.add({ name: "catalog lock", stop: () => catalogLock.release() });
  }
  await tie(await catalog.identity());
  const events = new EmbeddedBus();
  shutdown.add({ name: "events", stop: () => events.close() });
  const queue = new EmbeddedQueue();
  shutdown.add({ name: "queue", stop: () => queue.close() });
  const drivers = { storage, workFolders, catalog, events, queue };
  await sweep({ ...drivers, logger }, { olderThanMs: 0 });
  await releaseClaims({ ...drivers, logger }, { all: true });
  await catalog.deliveries.releaseAll();
  return drivers;
}
