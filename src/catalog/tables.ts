import type { Generated } from "kysely";
import type { ImageStatus } from "../image/status.ts";
import type { DeliveryStatus } from "./delivery-record.ts";

/** Times are milliseconds since 1970 UTC; what is not a number or a plain text is JSON in a text. */
export interface Tables {
  images: ImagesTable;
  batches: BatchesTable;
  workers: WorkersTable;
  identity: IdentityTable;
  deliveries: DeliveriesTable;
  webhook_secret: WebhookSecretTable;
  idempotency_keys: IdempotencyKeysTable;
}

/**
 * Variants and transforms lie in the image's row, not in tables of their own: they are always read together with
 * it and always change together with its status, so one row is one atomic write and one commit a state. Nothing
 * ever asks for a variant without its image.
 */
export interface ImagesTable {
  id: string;
  status: ImageStatus;
  generation: Generated<number>;
  attempt: Generated<number>;
  strikes: Generated<number>;
  deliveries: Generated<number>;
  revision: Generated<number>;
  /** Its place in virtual time: smaller runs first (`virtual-time.ts`). */
  turn: number;
  /** Predicted work of its next phase, in milliseconds. */
  cost: number;
  /**
   * By how much it puts off the single uploads behind it while it is not over. `null`: it is of a batch, which pays,
   * or its phase has waited for its own cost.
   */
  charge: number | null;
  filename: string;
  preset: string | null;
  preset_version: string | null;
  metadata: string;
  batch_id: string | null;
  callback_url: string | null;
  /** Names the API key that it came with. */
  client: string | null;
  /** Where the original is fetched from, when it was not sent. */
  source_url: string | null;
  /** Whose server that is, for `FetchPlaces`; in an index. */
  source_origin: string | null;
  /** Set while the original is still to be fetched: not before that time. */
  fetch_at: number | null;
  original: string | null;
  transforms: string;
  variants: string;
  placeholder: string | null;
  error: string | null;
  worker: string | null;
  /** Set while it is processing: past it, the claim is forfeit. */
  lease_until: number | null;
  created_at: number;
  /** When it last began to wait. */
  queued_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Set: a tombstone. */
  deleted_at: number | null;
  /** Set: a tombstone whose blobs are gone and which holds nothing more but its id. */
  emptied_at: number | null;
}

export interface BatchesTable {
  id: string;
  preset: string | null;
  callback_url: string | null;
  client: string | null;
  preset_version: string | null;
  /** Of an open batch: what is made of images that are added without a wish of their own. */
  transforms: string | null;
  created_at: number;
  /** Set: it was made open, and takes images until then; each one that is added puts it off. */
  closes_at: number | null;
  /** Raised by whatever may make an end that is being written untrue. */
  generation: Generated<number>;
  /** Where in virtual time the work that was accepted for it ends. */
  virtual_finish: Generated<number>;
  finished_at: number | null;
  /** Set when its end was told. */
  announced_at: number | null;
  cancelled_at: number | null;
  /** Set: a tombstone. */
  deleted_at: number | null;
}

interface IdentityTable {
  id: string;
}

interface WorkersTable {
  id: string;
  host: string;
  /** By the worker's own clock: it is shown, and nothing is decided by it. */
  started_at: number;
  last_seen_at: number;
  concurrency: number;
  active: number;
  done: number;
  failed: number;
  megapixels: number;
}

export interface DeliveriesTable {
  id: string;
  image_id: string | null;
  batch_id: string | null;
  type: string;
  url: string;
  /** Whose secret signs it too. */
  client: string | null;
  /** The origin of the address: those that share it share its hands. */
  receiver: string;
  /** The body as it is sent, frozen with the state that it tells of. */
  payload: string;
  status: DeliveryStatus;
  attempts: Generated<string>;
  /** Attempts since it last became pending. */
  tries: Generated<number>;
  /** The fence: raised by each claim. */
  claims: Generated<number>;
  created_at: number;
  /** When it was made or last replayed. */
  pending_since: number;
  /** Set while it is pending. While a worker sends it, the end of that worker's lease. */
  next_at: number | null;
  sending_since: number | null;
  ended_at: number | null;
}

interface WebhookSecretTable {
  secret: string;
}

/** A request that was answered: with an image or with a batch. */
interface IdempotencyKeysTable {
  /** Of the key, together with whose it is: the key itself is nowhere. */
  hash: string;
  /** Of what was asked for: another request under the same key is a mistake. */
  fingerprint: string;
  image_id: string | null;
  batch_id: string | null;
  /** 1: the image was there before (`dedupe`), and the answer was what it had become by then. */
  found: Generated<number>;
  /** Images that were accepted, and those among them that were born failed. */
  total: number;
  failed: number;
  created_at: number;
}
