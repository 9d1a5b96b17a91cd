import { KeyTaken, type UniqueRequest } from "../catalog/answers.ts";
import type { ImageRecord, NewImage } from "../catalog/image-record.ts";
import { LostConnection } from "../catalog/postgres-errors.ts";
import { PixmillError } from "../errors.ts";
import { newImageId } from "../image/image-id.ts";
import { predictedWorkMs } from "../image/work.ts";
import { adopt } from "../storage/files.ts";
import { originalKey } from "../storage/object-key.ts";
import { storagePatienceMs, tidied, whilePatient } from "../storage/storage-patience.ts";
import { announceProgress } from "./batch-progress.ts";
import { callbackOf } from "./check-callback.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { dispatch } from "./dispatch.ts";
import { findOpenBatch } from "./open-batch.ts";
import type { ReceivedOriginal } from "./receive-original.ts";
import { chooseTransforms, chosenIn, type SubmitOptions } from "./submit-options.ts";

/**
 * Accepts one image. When this resolves, the original is whole in storage and the row is committed: a 202 may be
 * sent and will be kept (invariant 1). When it rejects, nothing is left behind. `KeyTaken`: it was answered before.
 */
export async function submitImage(
  dependencies: ResizeDependencies,
  original: ReceivedOriginal,
  options: SubmitOptions,
  request?: UniqueRequest,
): Promise<ImageRecord> {
  const { catalog, logger, batchIdleMs: idleMs, presets, events } = dependencies;
  const batch =
    options.batchId === undefined ? undefined : await findOpenBatch(dependencies, options.batchId);
  const image = await storeOriginal(dependencies, original, {
    ...(batch ? chosenIn(batch, presets(), options) : chooseTransforms(presets(), options)),
    callbackUrl: callbackOf(dependencies, options),
    client: options.client ?? null,
    metadata: {},
    filename: original.filename,
    batchId: batch?.id ?? null,
  });
  const accept = () =>
    batch
      ? catalog.images.addTo({ id: batch.id, idleMs, alone: true }, [image], request)
      : catalog.images.accept([image], undefined, request);
  // Of an upload under an id that was told, an earlier commit may still be on its way, with the same original.
  const [record] = await acceptOrUndo(dependencies, [image], accept, {
    mayBeLate: original.id !== undefined,
  });
  if (!record) throw new Error("The catalog accepted nothing.");
  logger.info(
    { imageId: record.id, bytes: original.bytes, format: original.header.format },
    "image accepted",
  );
  await dispatch(dependencies, record);
  if (batch) announceProgress(events, batch.id);
  return record;
}

/** Moves a received file under its final key, durably. When it rejects, a file of a new id is nowhere. */
export async function storeOriginal(
  { storage }: Pick<ResizeDependencies, "storage">,
  original: ReceivedOriginal,
  fields: Omit<NewImage, "id" | "original" | "cost">,
): Promise<NewImage> {
  const id = original.id ?? newImageId();
  const key = originalKey(id, original.filename, original.header.format);
  const adopting = adopt(storage, original.path, key, { synced: true });
  try {
    await whilePatient(adopting, storagePatienceMs(original.bytes));
  } catch (error) {
    // It may have its name, and only the folder could not be synced; or it gets it when storage answers at last. Under
    // an id that was told, an earlier try may have been accepted with it.
    if (original.id === undefined) {
      const undoing = adopting.catch(() => {}).then(() => storage.delete(key));
      await tidied(undoing, error);
    }
    throw error;
  }
  return {
    ...fields,
    id,
    cost: predictedWorkMs(original.header, fields.transforms),
    original: { ...original.header, key, bytes: original.bytes, sha256: original.sha256 },
  };
}

/** Ids that the catalog is asked for at a time. */
const pageSize = 500;

/**
 * Accepts, and when that fails finds out whether it did. The answer to a commit can be lost with the connection:
 * what the catalog has after all was accepted. What it has not may still come, since a commit can be late on the line
 * or in the server, and a client that asks again would be told of it: the originals stay then, for the sweep. They go
 * when the catalog has said that nothing was written, unless an earlier try may be late (`mayBeLate`).
 */
export async function acceptOrUndo(
  { catalog, storage, logger }: Pick<ResizeDependencies, "catalog" | "storage" | "logger">,
  images: readonly NewImage[],
  accept: () => Promise<readonly ImageRecord[]>,
  { mayBeLate = false }: { readonly mayBeLate?: boolean } = {},
): Promise<readonly ImageRecord[]> {
  try {
    return await accept();
  } catch (error) {
    if (!isRefusal(error)) {
      const records = await findAccepted(catalog, images).catch(() => undefined);
      if (!records) throw error;
      if (records.length > 0) return records;
    }
    if (mayBeLate || isInDoubt(error)) throw error;
    await tidied(removeOriginals({ storage, logger }, images), error);
    throw error;
  }
}

async function removeOriginals(
  { storage, logger }: Pick<ResizeDependencies, "storage" | "logger">,
  images: readonly NewImage[],
): Promise<void> {
  for (const { original } of images) {
    if (!original) continue;
    await storage.delete(original.key).catch((err) => logger.warn({ err }, "an unaccepted original is left"));
  }
}

/** The catalog has said that nothing was written, or was never asked: no answer was lost. */
function isRefusal(error: unknown): boolean {
  if (error instanceof KeyTaken) return true;
  if (!(error instanceof PixmillError) || error instanceof LostConnection) return false;
  return !error.retryable || error.code === "overloaded";
}

/** Nobody can say whether it was or will be written. What is no error of the table is nothing that we understand. */
function isInDoubt(error: unknown): boolean {
  if (error instanceof LostConnection) return true;
  return !(error instanceof PixmillError || error instanceof KeyTaken);
}

/** Images that are all in the catalog, since they came in one commit; else none. */
async function findAccepted(
  catalog: ResizeDependencies["catalog"],
  images: readonly NewImage[],
): Promise<readonly ImageRecord[]> {
  const pages: string[][] = [];
  for (let start = 0; start < images.length; start += pageSize) {
    pages.push(images.slice(start, start + pageSize).map(({ id }) => id));
  }
  // Many requests can lose the same connection: they ask one page after another, and cheaply first.
  for (const ids of pages) if ((await catalog.images.known(ids)).size < ids.length) return [];
  const records: ImageRecord[] = [];
  for (const ids of pages) records.push(...(await catalog.images.findAll(ids)));
  return records;
}
