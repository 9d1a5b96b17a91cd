import { openCatalog } from "../catalog/database.ts";
import { catalogFile } from "../config/settings.ts";
import { EmbeddedBus } from "../events/embedded-bus.ts";
import { EmbeddedQueue } from "../queue/embedded-queue.ts";
import { releaseClaims } from "../resize/reconcile.ts";
import { sweep } from "../resize/sweep.ts";
import { lockFolder } from "../storage/folder-lock.ts";
import { LocalStorage } from "../storage/local-storage.ts";
import { WorkFolders } from "../storage/work-folder.ts";
import type { Drivers, OpenOptions } from "./drivers.ts";
import { tieFolder } from "./tie-folder.ts";

/** Everything in one process and one folder. The lock on it proves that whoever held a claim in it is dead. */
export async function openEmbedded({ settings, logger, shutdown, views }: OpenOptions): Promise<Drivers> {
  const lock = lockFolder(settings.storage);
  shutdown.add({ name: "folder lock", stop: () => lock.release() });
  const storage = await LocalStorage.open(settings.storage);
  shutdown.add({ name: "storage", stop: () => storage.close() });
  const workFolders = await WorkFolders.open(settings.storage);
  const catalog = await openCatalog(`sqlite:${catalogFile(settings)}`, { views });
  shutdown.add({ name: "catalog", stop: () => catalog.close() });
  await tieFolder(settings.storage, await catalog.identity());
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
