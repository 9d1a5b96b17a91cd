import { RequestFailure, type Retry, type TransformInput } from "../../client/index.ts";
import type { RunningService } from "../running-service.ts";
import type { Photo } from "./photo.ts";

/** Together half a minute or more: a service that is restarted is back by then. */
const maxLostConnections = 12;

/** Why something did not work: a code to count by, a sentence for a person. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface UploadOptions {
  readonly service: RunningService;
  readonly preset: string | undefined;
  readonly variants: readonly TransformInput[] | undefined;
  /** Milliseconds for one try. */
  readonly tryMs: number;
  readonly signal: AbortSignal;
  /** Told before each further try: the status of the answer, or `connection`. */
  readonly onRetry: (reason: string) => void;
}

export type UploadAnswer =
  | { readonly id: string }
  /** `status`: of the refusal; 0 when there was none. */
  | { readonly failure: Failure; readonly status: number };

/** Tries again while the service is busy, and a bounded number of times while it is not there. */
function patience(onRetry: (reason: string) => void): Retry {
  let losses = 0;
  return ({ kind, status }) => {
    if (kind === "connection" && ++losses > maxLostConnections) return false;
    onRetry(kind === "busy" ? String(status) : "connection");
    return true;
  };
}

/** Uploads one photo as a raw body. Rejects only when the signal aborts. */
export async function uploadPhoto(photo: Photo, options: UploadOptions): Promise<UploadAnswer> {
  const { service, preset, variants, tryMs, signal } = options;
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = await photo.read();
  } catch {
    return { failure: { code: "unreadable", message: "the file cannot be read" }, status: 0 };
  }
  const filename = photo.name.replace(/^.*[/\\]/, "");
  try {
    const retry = patience(options.onRetry);
    const wanted = { filename, preset, variants };
    const { id } = await service.client.upload(body, { ...wanted, retry, timeoutMs: tryMs, signal });
    if (typeof id === "string") return { id };
    return { failure: { code: "no_image", message: "the 202 held no image" }, status: 202 };
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    const { code, message, status } = error;
    return { failure: { code, message }, status };
  }
}
