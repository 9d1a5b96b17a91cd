import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { ApiKeys } from "../../src/api-keys.ts";
import { type Catalog, openCatalog } from "../../src/catalog/database.ts";
import { loadSettings } from "../../src/config/settings.ts";
import { shownSettings } from "../../src/config/shown-settings.ts";
import { EmbeddedBus } from "../../src/events/embedded-bus.ts";
import { buildServer, type ServerOptions } from "../../src/http/server.ts";
import { defaultPreset } from "../../src/image/preset.ts";
import { createLogger } from "../../src/logger.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { createWebhookUseCases } from "../../src/notify/use-cases.ts";
import { EmbeddedQueue } from "../../src/queue/embedded-queue.ts";
import { createUseCases, type UseCases } from "../../src/resize/use-cases.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { WorkFolders } from "../../src/storage/work-folder.ts";
import { filesBelow } from "../support/files-below.ts";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly useCases: UseCases;
  readonly metrics: Metrics;
  readonly catalog: Catalog;
  readonly events: EmbeddedBus;
  /** Log lines so far. */
  readonly log: Record<string, unknown>[];
  /** Files that lie in the staging folder or are originals. */
  files(): Promise<string[]>;
  /** Stops listening, as a shutdown does; resolves when the last connection has ended. */
  closeHttp(): Promise<void>;
  close(): Promise<void>;
}

export const maxFileBytes = 256 * 1024;

/** The HTTP side with everything real behind it but workers: nothing is ever processed. */
export async function startServer(
  options: Partial<ServerOptions["limits"]> &
    Pick<ServerOptions, "rateLimit" | "corsOrigins" | "trustedProxies"> & {
      readonly apiKeys?: readonly string[];
      readonly batchIdleMs?: number;
      readonly maxUploads?: number;
    } = {},
): Promise<TestServer> {
  const {
    apiKeys = [],
    batchIdleMs = 60 * 60 * 1000,
    maxUploads = 100,
    rateLimit,
    corsOrigins = [],
    trustedProxies = [],
    ...limits
  } = options;
  const imageLimits = { maxPixels: 50_000_000, maxSide: 32_768, maxFrames: 256 };
  const folder = await temporaryFolder();
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ level: "debug", format: "json", destination });
  const storage = await LocalStorage.open(folder);
  const catalog = await openCatalog(`sqlite:${join(folder, "catalog.sqlite")}`);
  const events = new EmbeddedBus();
  const queue = new EmbeddedQueue();
  const metrics = createMetrics();
  const useCases = createUseCases({
    storage,
    workFolders: await WorkFolders.open(folder),
    catalog,
    queue,
    events,
    presets: () => [defaultPreset],
    limits: imageLimits,
    callbacks: { allowPrivate: false },
    maxFileBytes,
    maxUploads,
    sourcePolicy: { allowPrivate: false },
    batchIdleMs,
    logger,
    stages: metrics.stages,
  });
  const app = buildServer({
    useCases,
    webhooks: createWebhookUseCases({ catalog, logger }),
    metrics,
    logger,
    limits: { maxFileBytes, maxFiles: 1000, ...limits },
    imageLimits,
    settings: shownSettings(loadSettings({ env: {} })),
    webRoot: join(folder, "no-web"),
    apiKeys: new ApiKeys(apiKeys),
    rateLimit,
    corsOrigins,
    trustedProxies,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    useCases,
    catalog,
    metrics,
    events,
    log,
    async files() {
      const names = (await filesBelow(folder)).map((path) => basename(path));
      return names.filter((name) => !name.startsWith("catalog.sqlite"));
    },
    closeHttp: () => app.close(),
    async close() {
      await app.close();
      await queue.close();
      await events.close();
      await catalog.close();
      await storage.close();
      await removeFolder(folder);
    },
  };
}
