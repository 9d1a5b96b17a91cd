import type { UncountedBatch } from "../catalog/image-record.ts";
import { type ErrorCode, PixmillError, type StoredError } from "../errors.ts";
import type { Preset } from "../image/preset.ts";
import type { Transform } from "../image/transform.ts";
import type { ReceivedOriginal } from "./receive-original.ts";

/** What is asked for beside the file. `variants` wins over `preset`; without both the preset is `default`. */
export interface SubmitOptions {
  readonly preset?: string;
  readonly variants?: readonly Transform[];
  readonly callbackUrl?: string;
  /** Where the same bytes were given the same transforms before, that image is the answer. */
  readonly dedupe?: boolean;
  /** Names the API key that the request came with: its secret signs the webhooks too. */
  readonly client?: string;
  /** Of an open batch that shall have the image. */
  readonly batchId?: string;
}

/** An original that a worker fetches. */
export interface SourceItem {
  readonly url: string;
  /** By default the last segment of the address. */
  readonly filename?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/** What the client said of an image for itself, as JSON. */
type Metadata = Readonly<Record<string, unknown>>;

/** One image of a batch: received, to be fetched, or refused with its reason, which never refuses its neighbours. */
export type BatchItem = ReceivedOriginal | SourceItem | RefusedItem;

interface RefusedItem {
  readonly filename: string;
  readonly metadata?: Metadata | undefined;
  readonly error: StoredError;
  /** The length of a file. */
  readonly bytes?: number;
}

interface ChosenTransforms {
  readonly preset: string | null;
  readonly presetVersion: string | null;
  readonly transforms: readonly Transform[];
}

/** The transforms that are frozen with the image. An unknown preset is refused with the names that there are. */
export function chooseTransforms(presets: readonly Preset[], options: SubmitOptions): ChosenTransforms {
  if (options.variants) {
    if (options.preset !== undefined) {
      throw refusal("invalid_request", "preset", "give `preset` or `variants`, not both");
    }
    return { preset: null, presetVersion: null, transforms: options.variants };
  }
  const name = options.preset ?? "default";
  const preset = presets.find((candidate) => candidate.name === name);
  if (!preset) {
    const known = presets.map((candidate) => candidate.name).join(", ");
    throw refusal("unknown_preset", "preset", `there is no preset of that name; there are: ${known}`);
  }
  return { preset: name, presetVersion: preset.version, transforms: preset.variants };
}

/** The same for an image that is added to a batch: without a wish of its own it gets what its batch was opened for. */
export function chosenIn(
  { preset, presetVersion, transforms }: UncountedBatch,
  presets: readonly Preset[],
  options: SubmitOptions,
): ChosenTransforms {
  const wishes = options.variants ?? options.preset;
  if (wishes === undefined && transforms) return { preset, presetVersion, transforms };
  return chooseTransforms(presets, options);
}

/** A refusal that names one field of the wishes. */
export function refusal(code: ErrorCode, field: string, message: string): PixmillError {
  return new PixmillError(code, { detail: `${field}: ${message}.`, fields: [{ field, message }] });
}
