import type { InsertObject, RawBuilder, Selectable } from "kysely";
import { endingOf } from "../image/outcome.ts";
import type { Variant } from "../image/variant.ts";
import type { ImageRecord, NewImage } from "./image-record.ts";
import type { ImagesTable, Tables } from "./tables.ts";
import { singleCharge } from "./virtual-time.ts";

export type ImageRow = Selectable<ImagesTable>;

export function toRecord(row: ImageRow): ImageRecord {
  return {
    id: row.id,
    status: row.status,
    generation: row.generation,
    attempt: row.attempt,
    strikes: row.strikes,
    deliveries: row.deliveries,
    revision: row.revision,
    priority: row.turn,
    cost: row.cost,
    filename: row.filename,
    preset: row.preset,
    presetVersion: row.preset_version,
    metadata: JSON.parse(row.metadata),
    batchId: row.batch_id,
    callbackUrl: row.callback_url,
    client: row.client,
    sourceUrl: row.source_url,
    original: parseOrNull(row.original),
    transforms: JSON.parse(row.transforms),
    variants: JSON.parse(row.variants),
    placeholder: parseOrNull(row.placeholder),
    error: parseOrNull(row.error),
    worker: row.worker,
    createdAt: toDate(row.created_at),
    startedAt: toDateOrNull(row.started_at),
    finishedAt: toDateOrNull(row.finished_at),
  };
}

/** What an accepted image is, before anybody has touched it. Its turn and `createdAt` come from the database. */
export function newRecord(image: NewImage, priority: number, createdAt: Date): ImageRecord {
  const { error = null, sourceUrl = null, client = null, ...given } = image;
  return {
    ...given,
    sourceUrl,
    client,
    priority,
    filename: storable(image.filename),
    status: error ? "failed" : "queued",
    generation: 0,
    attempt: 0,
    strikes: 0,
    deliveries: 0,
    revision: 0,
    variants: firstVariants(image),
    placeholder: null,
    error,
    worker: null,
    createdAt,
    startedAt: null,
    finishedAt: error ? createdAt : null,
  };
}

/** An image as it was when it was accepted, whatever has become of it. */
export function asAccepted({ error, sourceUrl, original, ...given }: ImageRecord): ImageRecord {
  const { createdAt, priority } = given;
  if (sourceUrl !== null) return newRecord({ ...given, sourceUrl, original: null }, priority, createdAt);
  // What was refused at once has no original.
  return newRecord({ ...given, original, ...(error && !original && { error }) }, priority, createdAt);
}

export function toNewRow(
  image: NewImage,
  turn: number | RawBuilder<number>,
  now: RawBuilder<number>,
): InsertObject<Tables, "images"> {
  return {
    id: image.id,
    status: image.error ? "failed" : "queued",
    turn,
    cost: image.cost,
    charge: image.batchId === null ? singleCharge(image.cost) : null,
    filename: storable(image.filename),
    preset: image.preset,
    preset_version: image.presetVersion,
    metadata: JSON.stringify(image.metadata),
    batch_id: image.batchId,
    callback_url: image.callbackUrl,
    client: image.client ?? null,
    source_url: image.sourceUrl ?? null,
    source_origin: image.sourceUrl === undefined ? null : originOf(image.sourceUrl),
    fetch_at: image.sourceUrl !== undefined && !image.error ? now : null,
    original: image.original && JSON.stringify(image.original),
    transforms: JSON.stringify(image.transforms),
    variants: JSON.stringify(firstVariants(image)),
    error: image.error ? JSON.stringify(image.error) : null,
    created_at: now,
    queued_at: now,
    finished_at: image.error ? now : null,
  };
}

export function toDate(milliseconds: number): Date {
  return new Date(milliseconds);
}

export function toDateOrNull(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : toDate(milliseconds);
}

/** All pending; of an image that is born `failed`, all failed with its reason. */
function firstVariants({ transforms, error }: NewImage): readonly Variant[] {
  const pending = transforms.map(({ name }): Variant => ({ name, status: "pending" }));
  return error ? endingOf(pending, error).variants : pending;
}

function parseOrNull(json: string | null) {
  return json === null ? null : JSON.parse(json);
}

/** Longer than any name in the DNS is none that answers, and PostgreSQL's indexes take no such texts. */
function originOf(address: string): string {
  return new URL(address).origin.slice(0, 300);
}

/** No database keeps half a surrogate pair, and PostgreSQL no NUL; a file name may hold both. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
