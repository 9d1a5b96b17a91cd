import type { Redis } from "ioredis";
import type { Views } from "../catalog/outbox.ts";
import type { Settings } from "../config/settings.ts";
import type { Logger } from "../logger.ts";
import type { QueueDashboard } from "../queue/queue-dashboard.ts";
import type { ResizeDependencies } from "../resize/dependencies.ts";
import type { Shutdown } from "../shutdown.ts";

/** One driver of each seam. The two deployments differ in nothing else. */
export type Drivers = Pick<ResizeDependencies, "storage" | "workFolders" | "catalog" | "queue" | "events"> & {
  /** Where the queue is one that can be looked at. */
  readonly dashboard?: QueueDashboard;
  /** Where requests are counted for all processes. */
  readonly counters?: Redis;
};

export interface OpenOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** What webhooks say of an image or a batch. */
  readonly views: Views;
  /** Each driver adds itself as it is opened, so that a start that fails half-way closes what it opened. */
  readonly shutdown: Shutdown;
  /** Whether it has an API: what only requests need is not opened for the others. */
  readonly hasApi: boolean;
  /** This process can no longer do its work and must be started anew by its supervisor. */
  readonly onFatal: (reason: string) => void;
}
