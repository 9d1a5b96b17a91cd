import { PixmillError } from "../errors.ts";
import { keyStem } from "../image/filename.ts";
import { type Format, formatTable, type OutputFormat } from "../image/format.ts";
import { imageIdTime, isImageId } from "../image/image-id.ts";

/*
 * The grammar, which a person can browse: the day (UTC) on which the image's id was made, the id, the cleaned
 * name. Each id stands under one day only, so that a key can be told from an id and never has two spellings.
 *
 *   uploads/2026-11-24/<id>-<stem>.<extension>             sent
 *   uploads/2026-11-24/<id>-<stem>.<attempt>.<extension>   fetched
 *   processed/2026-11-24/<id>/<stem>-<variant>.<attempt>.<extension>
 */
const day = String.raw`(?<day>\d{4}-\d\d-\d\d)`;
const id = "(?<id>[0-9a-f-]{36})";
const stem = "[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?";
const variantName = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
const extension = `(?:${[...new Set(Object.values(formatTable).map((entry) => entry.extension))].join("|")})`;
const grammar = [
  new RegExp(`^uploads/${day}/${id}-${stem}(?:\\.[1-9]\\d{0,8})?\\.${extension}$`),
  new RegExp(`^processed/${day}/${id}/${stem}-${variantName}\\.[1-9]\\d{0,8}\\.${extension}$`),
];

/**
 * `attempt`: of the claim that fetched it, so that a worker that lost its claim never overwrites what a newer one has
 * fetched. What was sent was sent once.
 */
export function originalKey(imageId: string, filename: string, format: Format, attempt?: number): string {
  const name = `${imageId}-${keyStem(filename)}${attempt === undefined ? "" : `.${attempt}`}`;
  return checked(`uploads/${dayOf(imageId)}/${name}.${formatTable[format].extension}`);
}

/**
 * `attempt` (the claim's fence, from 1) is in the name, so that a worker that lost its claim never overwrites the
 * bytes of a newer one.
 */
export function variantKey(parts: {
  readonly imageId: string;
  readonly filename: string;
  readonly variant: string;
  readonly attempt: number;
  readonly format: OutputFormat;
}): string {
  const name = `${keyStem(parts.filename)}-${parts.variant}.${parts.attempt}`;
  return checked(
    `processed/${dayOf(parts.imageId)}/${parts.imageId}/${name}.${formatTable[parts.format].extension}`,
  );
}

/** What to list to find everything that was made of an image, results of forgotten attempts included. */
export function resultPrefix(imageId: string): string {
  if (!isImageId(imageId)) throw badKey();
  return `processed/${dayOf(imageId)}/${imageId}/`;
}

/** What to list to find the originals of the images that were made on that day (UTC). */
export function originalsOf(time: Date): string {
  return `uploads/${time.toISOString().slice(0, 10)}/`;
}

/** What to list to find the results of the images that were made on that day (UTC). */
export function resultsOf(time: Date): string {
  return `processed/${time.toISOString().slice(0, 10)}/`;
}

/** The id in the key of a result; `undefined` for anything else. */
export function imageOfResult(key: string): string | undefined {
  return grammar[1]?.exec(key)?.groups?.id;
}

/** The id in an original's key; `undefined` for anything else. */
export function imageIdOf(originalKey: string): string | undefined {
  return grammar[0]?.exec(originalKey)?.groups?.id;
}

/** The attempt in the key of a variant or of a fetched original; 0 for anything else. */
export function attemptOf(key: string): number {
  return Number(/\.(\d+)\.[a-z]+$/.exec(key)?.[1] ?? 0);
}

export function isKey(text: string): boolean {
  for (const rule of grammar) {
    const groups = rule.exec(text)?.groups;
    if (groups) return isImageId(groups.id ?? "") && dayOf(groups.id ?? "") === groups.day;
  }
  return false;
}

/** Every driver asks this first, in every verb. A wrong key is a bug of ours: `internal_error`. */
export function assertKey(key: string): void {
  if (!isKey(key)) throw badKey();
}

/** As `assertKey`, for what `list` takes: nothing, or the beginning of a key that leads out of no folder. */
export function assertPrefix(prefix: string): void {
  if (!/^(?:[a-z0-9][A-Za-z0-9_.-]*\/)*(?:[a-z0-9][A-Za-z0-9_.-]*)?$/.test(prefix)) throw badKey();
}

function checked(key: string): string {
  assertKey(key);
  return key;
}

function dayOf(imageId: string): string {
  return imageIdTime(imageId).toISOString().slice(0, 10);
}

function badKey(): PixmillError {
  return new PixmillError("internal_error", { cause: new Error("Not a key of object-key.ts.") });
}
