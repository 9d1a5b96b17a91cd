import { fileURLToPath } from "node:url";
import { ApiKeys } from "./api-keys.ts";
import type { BatchRecord } from "./catalog/image-record.ts";
import { isLoopback } from "./config/check-deployment.ts";
import type { Settings } from "./config/settings.ts";
import type { ShownSetting } from "./config/shown-settings.ts";
import { openDistributed } from "./deployment/distributed.ts";
import type { Drivers, OpenOptions } from "./deployment/drivers.ts";
import { openEmbedded } from "./deployment/embedded.ts";
import { openCodeCache } from "./engine/code-cache.ts";
import { EnginePool } from "./engine/engine-pool.ts";
import { batchView } from "./http/batch-view.ts";
import { imageView } from "./http/image-view.ts";
import { buildServer } from "./http/server.ts";
import { predictedBytes } from "./image/cost.ts";
import { defaultPreset, type Preset } from "./image/preset.ts";
import type { Logger } from "./logger.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { Courier } from "./notify/courier.ts";
import { createWebhookUseCases } from "./notify/use-cases.ts";
import type { QueueDashboard } from "./queue/queue-dashboard.ts";
import { checkReadiness } from "./resize/check-readiness.ts";
import type { ResizeDependencies } from "./resize/dependencies.ts";
import { createUseCases } from "./resize/use-cases.ts";
import { Shutdown } from "./shutdown.ts";
import { Capacity } from "./worker/capacity.ts";
import { startProbes } from "./worker/probes.ts";
import { startWorker } from "./worker/worker.ts";

/** What a process does: it answers requests, works on jobs, or both. */
export type Role = "api" | "worker";

export interface App {
  /** Where HTTP listens, with the port that was really taken; `undefined` for a worker. */
  readonly url: string | undefined;
  /** Resolves with a sentence when the process can no longer do its work and must be started anew. */
  readonly fatal: Promise<string>;
  /** Quiet, then stop. `false`: the deadline passed before everything had ended. */
  stop(): Promise<boolean>;
}

interface AppOptions {
  readonly logger: Logger;
  /** Asked for each request: they may change while the process runs. */
  readonly presets: () => readonly Preset[];
  /** For people who ask what is in force. */
  readonly shownSettings: readonly ShownSetting[];
  readonly roles: readonly Role[];
}

/** The share of the stop's time that running images get; the rest is for closing what they need. */
const workShare = 0.8;
/** Webhooks show what HTTP does. */
const views = { image: imageView, batch: (record: BatchRecord) => batchView(record) };
const webRoot = fileURLToPath(new URL("../web/dist", import.meta.url));

/**
 * The composition root: it opens the drivers of the deployment and starts the two sides, requests and jobs, on
 * them. What was started is stopped in the reverse order, also when the start itself fails.
 */
export async function startApp(settings: Settings, options: AppOptions): Promise<App> {
  const { logger, presets, shownSettings, roles } = options;
  const shutdown = new Shutdown({ logger, deadlineMs: settings.stopTimeout });
  const { promise: fatal, resolve: onFatal } = Promise.withResolvers<string>();
  try {
    const { dashboard, counters, ...drivers } = await openDrivers({
      settings,
      logger,
      shutdown,
      views,
      hasApi: roles.includes("api"),
      onFatal,
    });
    const {
      maxPixels,
      maxSide,
      maxFrames,
      svg,
      maxFileSize: maxFileBytes,
      maxUploads,
      batchIdle: batchIdleMs,
    } = settings;
    const limits = { maxPixels, maxSide, maxFrames, svg };
    const metrics = createMetrics();
    const keys = new ApiKeys(settings.apiKeys);
    const { allowPrivateAddresses: allowPrivate, sourceHosts: hosts } = settings;
    const dependencies = {
      ...drivers,
      logger,
      presets,
      limits,
      maxFileBytes,
      maxUploads,
      sourcePolicy: { allowPrivate, hosts },
      callbacks: { allowPrivate },
      batchIdleMs,
      stages: metrics.stages,
    };
    const parts = { settings, shownSettings, dependencies, dashboard, counters, metrics, keys, shutdown };
    // First, so that it is stopped last: a worker that finishes its images still answers.
    if (!roles.includes("api")) await serveProbes(parts);
    const sides: Side[] = [];
    // Together: a slow upload must not use up the time in which images are given back.
    shutdown.add({
      name: "requests and jobs",
      quiet: async () => void (await Promise.all(sides.map((side) => side.quiet?.()))),
      stop: async () =>
        void (await Promise.all(sides.map((side) => side.stop(settings.stopTimeout * workShare)))),
    });
    if (roles.includes("worker")) sides.push(await startWork(parts));
    const { side, url } = roles.includes("api") ? await listen(parts) : {};
    if (side) sides.push(side);
    return { url, fatal, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

/** Redis in the settings is what makes a deployment distributed; they were checked to be whole. */
function openDrivers(options: OpenOptions): Promise<Drivers> {
  const { redisUrl } = options.settings;
  return redisUrl === undefined ? openEmbedded(options) : openDistributed(options, redisUrl);
}

/** Requests, or jobs: what can be asked to take nothing new, and to end within a time. */
interface Side {
  quiet?(): Promise<void>;
  stop(graceMs: number): Promise<void>;
}

/** What both sides are started with. */
interface Parts {
  readonly settings: Settings;
  readonly shownSettings: readonly ShownSetting[];
  readonly dependencies: ResizeDependencies;
  readonly dashboard: QueueDashboard | undefined;
  readonly counters: Drivers["counters"];
  readonly metrics: Metrics;
  readonly keys: ApiKeys;
  readonly shutdown: Shutdown;
}

async function startWork({ settings, dependencies, metrics }: Parts): Promise<Side> {
  const { concurrency, jobTimeout, memory, workerName } = settings;
  const codeCache = await openCodeCache();
  const engine = new EnginePool({
    processes: concurrency,
    memoryBytes: memory,
    timeoutMs: jobTimeout,
    logger: dependencies.logger,
    recorder: metrics.engine,
    ...(codeCache.path !== undefined && { codeCache: codeCache.path }),
  });
  checkMemory(settings);
  const admission = new Capacity(memory);
  metrics.watchWorker({
    memoryBudgetBytes: memory,
    memoryUsedBytes: () => admission.used,
    engineProcesses: () => engine.pids.length,
  });
  const { catalog, callbacks: policy } = dependencies;
  const secrets =
    settings.webhookSecret.length > 0 ? settings.webhookSecret : [await catalog.webhookSecret()];
  const courier = new Courier({ ...dependencies, policy, secrets, recorder: metrics.webhooks });
  const worker = startWorker(
    { ...dependencies, engine, admission, workerName },
    { concurrency, images: metrics.images, courier },
  );
  return {
    quiet: () => worker.quiet(),
    async stop(graceMs) {
      await worker.stop(graceMs);
      await engine.close();
      await codeCache.remove();
    },
  };
}

/** A budget under which the largest ordinary picture could never be made is a mistake, and told at once. */
function checkMemory({ memory, maxPixels }: Settings): void {
  const side = Math.floor(Math.sqrt(maxPixels));
  const largest = { format: "jpeg", width: side, height: side, frames: 1, progressive: false } as const;
  const needed = Math.ceil(predictedBytes(largest, defaultPreset.variants) / 1024 ** 2);
  if (memory / 1024 ** 2 >= needed) return;
  throw new Error(
    `PIXMILL_MEMORY is too small for a JPEG of ${maxPixels} pixels: set it to ${needed}mb or more, or lower ` +
      "PIXMILL_MAX_PIXELS",
  );
}

async function listen(parts: Parts): Promise<{ side: Side; url: string }> {
  const { settings, shownSettings, dependencies, dashboard, counters, metrics, keys } = parts;
  const useCases = createUseCases(dependencies);
  metrics.watchQueue(useCases.queueFacts, useCases.levels);
  const server = buildServer({
    useCases,
    webhooks: createWebhookUseCases(dependencies),
    metrics,
    logger: dependencies.logger,
    limits: { maxFileBytes: settings.maxFileSize, maxFiles: 1000 },
    imageLimits: dependencies.limits,
    settings: shownSettings,
    webRoot,
    apiKeys: keys,
    rateLimit: settings.rateLimit === "off" ? undefined : { perMinute: settings.rateLimit, redis: counters },
    corsOrigins: settings.corsOrigins,
    trustedProxies: settings.trustProxy,
    // It shows what the queue holds: to people with a key, or on this machine.
    dashboard: keys.required || isLoopback(settings.host) ? dashboard : undefined,
  });
  const address = await server.listen({ host: settings.host, port: settings.port });
  const side: Side = {
    async stop(graceMs) {
      // What has not ended by then is cut off: a request that was not answered was not accepted.
      const cut = setTimeout(() => server.server.closeAllConnections(), graceMs);
      await server.close();
      clearTimeout(cut);
    },
  };
  return { side, url: address.replace("//127.0.0.1:", "//localhost:") };
}

/** A process without an API is watched at a port of its own. */
async function serveProbes({ settings, dependencies, metrics, keys, shutdown }: Parts): Promise<void> {
  const { host, metricsPort: port } = settings;
  if (port === "off") return;
  const { logger } = dependencies;
  const readiness = () => checkReadiness(dependencies);
  const probes = await startProbes({ host, port, metrics, readiness, keys, logger });
  shutdown.add({ name: "probes", quiet: () => probes.quiet(), stop: () => probes.stop() });
}
