import { problemOf, unreachable } from "./problem.ts";

export type ImageStatus = "queued" | "processing" | "done" | "failed" | "cancelled";

export interface ImageError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** The uploaded file; sizes are pixels and bytes. */
export interface Original {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly url: string;
}

interface ReadyVariant {
  readonly name: string;
  readonly status: "ready";
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly url: string;
}

interface AbsentVariant {
  readonly name: string;
  readonly status: "pending" | "failed";
  readonly error: ImageError | null;
}

export type Variant = ReadyVariant | AbsentVariant;

/** The parts of the service's Image that the page shows. */
export interface Image {
  readonly id: string;
  readonly status: ImageStatus;
  /** Rises with every change: what is older than what the page has is dropped. */
  readonly revision: number;
  readonly filename: string;
  readonly batchId: string | null;
  /** `null` until a file that the service fetches by itself has come. */
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
export const silence = 60_000;

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
