import { join } from "node:path";
import { openCatalog } from "../../src/catalog/database.ts";
import { EmbeddedBus } from "../../src/events/embedded-bus.ts";
import { defaultPreset } from "../../src/image/preset.ts";
import { createLogger } from "../../src/logger.ts";
import { createMetrics } from "../../src/metrics.ts";
import { EmbeddedQueue } from "../../src/queue/embedded-queue.ts";
import type { ResizeDependencies } from "../../src/resize/dependencies.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { WorkFolders } from "../../src/storage/work-folder.ts";
import { removeFolder, temporaryFolder } from "./pixmill.ts";

interface Seams extends ResizeDependencies {
  readonly folder: string;
  /** Log lines so far. */
  readonly log: Record<string, unknown>[];
  close(): Promise<void>;
}

/** What the use cases stand on, all of it real and embedded, in a folder of its own. */
export async function openSeams(): Promise<Seams> {
  const folder = await temporaryFolder();
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const storage = await LocalStorage.open(folder);
  const catalog = await openCatalog(`sqlite:${join(folder, "catalog.sqlite")}`);
  const queue = new EmbeddedQueue();
  const events = new EmbeddedBus();
  return {
    folder,
    log,
    storage,
    workFolders: await WorkFolders.open(folder),
    catalog,
    queue,
    events,
    presets: () => [defaultPreset],
    limits: { maxPixels: 50_000_000, maxSide: 32_768, maxFrames: 256 },
    callbacks: { allowPrivate: true },
    maxFileBytes: 256 * 1024,
    maxUploads: 100,
    sourcePolicy: { allowPrivate: false },
    batchIdleMs: 60 * 60 * 1000,
    logger: createLogger({ level: "debug", format: "json", destination }),
    stages: createMetrics().stages,
    async close() {
      await queue.close();
      await events.close();
      await catalog.close();
      await storage.close();
      await removeFolder(folder);
    },
  };
}
