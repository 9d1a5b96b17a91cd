import type { Catalog } from "../catalog/database.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { AddressPolicy } from "../fetch/address-policy.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { Preset } from "../image/preset.ts";
import type { Logger } from "../logger.ts";
import type { StageRecorder } from "../metrics.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { Storage } from "../storage/storage.ts";
import type { WorkFolders } from "../storage/work-folder.ts";

/** The seams that the use cases stand on. Each use case names the ones that it needs with `Pick`. */
export interface ResizeDependencies {
  readonly storage: Storage;
  readonly workFolders: WorkFolders;
  readonly catalog: Catalog;
  readonly queue: JobQueue;
  readonly events: EventBus;
  /** As they are now. */
  readonly presets: () => readonly Preset[];
  readonly limits: ImageLimits;
  /** Which addresses may be given for webhooks. */
  readonly callbacks: AddressPolicy;
  /** Bytes; a longer upload is cut. */
  readonly maxFileBytes: number;
  /** Uploads whose bytes come at the same time; more are refused. */
  readonly maxUploads: number;
  /** Which addresses an original may be fetched from. */
  readonly sourcePolicy: AddressPolicy;
  /** After this long without a new image an open batch is closed. */
  readonly batchIdleMs: number;
  readonly logger: Logger;
  /** Hears how long each part of an image's story took. */
  readonly stages: StageRecorder;
}
