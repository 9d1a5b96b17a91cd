import { fileURLToPath } from "node:url";
import { openCatalog } from "./catalog/database.ts";
import { catalogFile, type Settings } from "./config/settings.ts";
import { EnginePool } from "./engine/engine-pool.ts";
import { EmbeddedBus } from "./events/embedded-bus.ts";
import { buildServer } from "./http/server.ts";
import type { Preset } from "./image/preset.ts";
import type { Logger } from "./logger.ts";
import { EmbeddedQueue } from "./queue/embedded-queue.ts";
import type { ProcessDependencies } from "./resize/process-image.ts";
import { releaseClaims } from "./resize/reconcile.ts";
import { createUseCases } from "./resize/use-cases.ts";
import { Shutdown } from "./shutdown.ts";
import { FolderLock } from "./storage/folder-lock.ts";
import { LocalStorage } from "./storage/local-storage.ts";
import { WorkFolders } from "./storage/work-folder.ts";
import { Capacity } from "./worker/capacity.ts";
import { startWorker } from "./worker/worker.ts";

export interface App {
  /** Where HTTP listens, with the port that was really taken. */
  readonly url: string;
  /** Quiet, then stop. `false`: the deadline passed before everything had ended. */
  stop(): Promise<boolean>;
}

interface AppOptions {
  readonly logger: Logger;
  readonly presets: readonly Preset[];
}

/** The share of the stop's time that running images get; the rest is for closing what they need. */
const workShare = 0.8;
const webRoot = fileURLToPath(new URL("../web/dist", import.meta.url));

/**
 * The composition root: the only place that knows every concrete class. API and workers in one process, on a
 * folder and a SQLite file. What was started is stopped in the reverse order, also when the start itself fails.
 */
export async function startApp(settings: Settings, options: AppOptions): Promise<App> {
  const shutdown = new Shutdown({ logger: options.logger, deadlineMs: settings.stopTimeout });
  try {
    const dependencies = await openDrivers(settings, options, shutdown);
    // The lock on the folder proves that whoever held these claims is dead.
    await releaseClaims(dependencies, { all: true });
    const worker = startWorker(dependencies, { concurrency: settings.concurrency });
    shutdown.add({
      name: "worker",
      quiet: () => worker.quiet(),
      stop: () => worker.stop(settings.stopTimeout * workShare),
    });
    const url = await listen(settings, dependencies, shutdown);
    return { url, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function openDrivers(
  settings: Settings,
  { logger, presets }: AppOptions,
  shutdown: Shutdown,
): Promise<ProcessDependencies> {
  const lock = await FolderLock.acquire(settings.storage);
  shutdown.add({ name: "folder lock", stop: () => lock.release() });
  const storage = await LocalStorage.open(settings.storage);
  shutdown.add({ name: "storage", stop: () => storage.close() });
  const workFolders = await WorkFolders.open(settings.storage);
  await workFolders.sweep(0, () => false);
  const catalog = await openCatalog(`sqlite:${catalogFile(settings)}`);
  shutdown.add({ name: "catalog", stop: () => catalog.close() });
  const events = new EmbeddedBus();
  shutdown.add({ name: "events", stop: () => events.close() });
  const queue = new EmbeddedQueue();
  shutdown.add({ name: "queue", stop: () => queue.close() });
  const engine = new EnginePool({
    processes: settings.concurrency,
    timeoutMs: settings.jobTimeout,
    logger,
  });
  shutdown.add({ name: "engine", stop: () => engine.close() });
  return {
    storage,
    workFolders,
    catalog,
    events,
    queue,
    engine,
    admission: new Capacity(settings.memory),
    presets,
    limits: {
      maxPixels: settings.maxPixels,
      maxSide: settings.maxSide,
      maxFrames: settings.maxFrames,
    },
    maxFileBytes: settings.maxFileSize,
    workerName: settings.workerName,
    logger,
  };
}

async function listen(
  settings: Settings,
  dependencies: ProcessDependencies,
  shutdown: Shutdown,
): Promise<string> {
  const server = buildServer({
    useCases: createUseCases(dependencies),
    logger: dependencies.logger,
    limits: { maxFileBytes: settings.maxFileSize, maxFiles: 1000 },
    webRoot,
  });
  shutdown.add({ name: "http", stop: () => server.close() });
  const address = await server.listen({ host: settings.host, port: settings.port });
  return address.replace("//127.0.0.1:", "//localhost:");
}
