import type { UniqueRequest } from "../catalog/answers.ts";
import type { ImageRecord, NewImage } from "../catalog/image-record.ts";
import { PixmillError, type StoredError, toStoredError } from "../errors.ts";
import { checkAddress } from "../fetch/address-policy.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";
import { displayName } from "../image/filename.ts";
import { newImageId } from "../image/image-id.ts";
import { unknownWorkMs } from "../image/work.ts";
import { announceProgress } from "./batch-progress.ts";
import { callbackOf } from "./check-callback.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { dispatch } from "./dispatch.ts";
import { findOpenBatch } from "./open-batch.ts";
import { acceptOrUndo } from "./submit-image.ts";
import {
  chooseTransforms,
  chosenIn,
  refusal,
  type SourceItem,
  type SubmitOptions,
} from "./submit-options.ts";

/**
 * Accepts one image whose original is fetched by a worker. Nothing is asked of the address here: only what can be
 * seen of it is refused, with `invalid_request` naming `source.url`. `KeyTaken`: it was answered before.
 */
export async function submitSource(
  dependencies: ResizeDependencies,
  item: SourceItem,
  options: SubmitOptions,
  request?: UniqueRequest,
): Promise<ImageRecord> {
  if (options.dedupe) {
    throw refusal(
      "invalid_request",
      "dedupe",
      "is for files that are sent: what an address holds is not known yet",
    );
  }
  const { catalog, presets, logger, events, batchIdleMs: idleMs } = dependencies;
  const { error, ...source } = readSource(dependencies, item);
  if (error) {
    const fields = [{ field: "source.url", message: error.message }];
    throw new PixmillError("invalid_request", { detail: `source.url: ${error.message}`, fields });
  }
  const batch =
    options.batchId === undefined ? undefined : await findOpenBatch(dependencies, options.batchId);
  const image: NewImage = {
    ...(batch ? chosenIn(batch, presets(), options) : chooseTransforms(presets(), options)),
    callbackUrl: callbackOf(dependencies, options),
    client: options.client ?? null,
    metadata: item.metadata ?? {},
    ...source,
    id: newImageId(),
    cost: unknownWorkMs,
    batchId: batch?.id ?? null,
  };
  const [record] = await acceptOrUndo(dependencies, [image], () =>
    batch
      ? catalog.images.addTo({ id: batch.id, idleMs, alone: true }, [image], request)
      : catalog.images.accept([image], undefined, request),
  );
  if (!record) throw new Error("The catalog accepted nothing.");
  logger.info({ imageId: record.id }, "image accepted, to be fetched");
  await dispatch(dependencies, record);
  if (batch) announceProgress(events, batch.id);
  return record;
}

interface ReadSource extends Pick<NewImage, "sourceUrl" | "filename"> {
  readonly original: null;
  /** The address is refused. */
  readonly error?: StoredError;
}

/** What is kept of a source: its address as it will be asked, and a name. */
export function readSource(
  { sourcePolicy }: Pick<ResizeDependencies, "sourcePolicy">,
  item: SourceItem,
): ReadSource {
  try {
    const url = checkAddress(item.url, sourcePolicy);
    return { sourceUrl: url.href, filename: displayName(item.filename ?? nameIn(url)), original: null };
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error;
    const refusal = toStoredError(new PixmillError("source_forbidden", { detail: error.message }));
    return { filename: displayName(item.filename), original: null, error: refusal };
  }
}

/** The last segment of the path, as a person reads it; an encoded slash begins no new one. */
function nameIn({ pathname }: URL): string {
  const segment = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // %FF and the like: no UTF-8
  }
}
