import { problemOf, unreachable } from "./problem.ts";

export type ImageStatus = "queued" | "processing" | "done" | "failed" | "cancelled";

export interface ImageError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** What the service tells of the uploaded file; sizes are pixels and bytes, `null` while unknown. */
export interface Original {
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly url: string;
}

export interface Variant {
  readonly name: string;
  readonly status: "pending" | "ready" | "failed";
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly url: string;
  readonly error?: ImageError | null;
}

/** The parts of the service's Image that the page shows. */
export interface Image {
  readonly id: string;
  readonly status: ImageStatus;
  /** Rises with every change: what is older than what the page has is dropped. */
  readonly revision: number;
  readonly filename: string;
  readonly batchId: string | null;
  readonly original: Original | null;
  readonly variants: readonly Variant[];
  readonly placeholder: { readonly color: string } | null;
  readonly error: ImageError | null;
  readonly createdAt: string;
}

export interface ImagePage {
  readonly items: readonly Image[];
  readonly nextCursor: string | null;
}

export interface ListQuery {
  readonly batchId?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** Milliseconds without a byte of progress after which a request counts as lost. */
const silence = 60_000;

/** An address of the service, `/v1/…`, as seen from this page: the page may live behind a prefix. */
export function serviceUrl(path: string): string {
  return new URL(path.startsWith("/") ? `.${path}` : path, new URL(".", document.baseURI)).href;
}

async function call(method: string, path: string, signal?: AbortSignal): Promise<Response> {
  const deadline = AbortSignal.timeout(silence);
  let response: Response;
  try {
    response = await fetch(serviceUrl(path), {
      method,
      headers: { accept: "application/json" },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(cause);
  }
  if (!response.ok) throw problemOf(response.status, await response.text());
  return response;
}

async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await call("GET", path, signal)).json()) as T;
}

const imagePath = (id: string) => `/v1/images/${encodeURIComponent(id)}`;

/** Newest first. Throws `RequestFailure`, as every call here. */
export function listImages(query: ListQuery, signal?: AbortSignal): Promise<ImagePage> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return read(`/v1/images?${parameters}`, signal);
}

/** `wait`: seconds that the service may hold its answer until the image is final. */
export function getImage(id: string, options: { wait?: number; signal?: AbortSignal } = {}): Promise<Image> {
  return read(imagePath(id) + (options.wait ? `?wait=${options.wait}` : ""), options.signal);
}

export async function retryImage(id: string): Promise<void> {
  await call("POST", `${imagePath(id)}/retry`);
}

export async function cancelImage(id: string): Promise<void> {
  await call("POST", `${imagePath(id)}/cancel`);
}

export async function deleteImage(id: string): Promise<void> {
  await call("DELETE", imagePath(id));
}

export interface SendOptions {
  readonly file: File;
  /** The same for every try of one file, so that a try whose answer was lost does not make a second image. */
  readonly idempotencyKey: string;
  /** Bytes that left this machine so far. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends one file as a raw body (cheaper for the service than multipart). XMLHttpRequest, because fetch tells
 * nothing of an upload's progress.
 */
export function sendImage({ file, idempotencyKey, onProgress, signal }: SendOptions): Promise<Image> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), silence);
    };
    request.upload.onprogress = (event) => {
      hear();
      onProgress(event.loaded);
    };
    request.onload = () => {
      try {
        resolve(imageOf(request));
      } catch (failure) {
        reject(failure);
      }
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.aborted ? signal.reason : unreachable());
    request.onloadend = () => clearTimeout(timer);
    signal.addEventListener("abort", () => request.abort());

    request.open("POST", serviceUrl(`/v1/images?filename=${encodeURIComponent(file.name)}`));
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", bodyType(file));
    request.setRequestHeader("idempotency-key", idempotencyKey);
    hear();
    request.send(file);
  });
}

/** Whatever the browser takes the file for, the service judges its bytes; other types it would not read at all. */
function bodyType(file: File): string {
  return /^image\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
}

function imageOf({ status, responseText }: XMLHttpRequest): Image {
  if (status < 200 || status > 299) throw problemOf(status, responseText);
  try {
    return JSON.parse(responseText) as Image;
  } catch {
    throw problemOf(status, responseText);
  }
}
