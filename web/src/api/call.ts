import { signal } from "@preact/signals";
import { problemOf, type RequestFailure, unreachable } from "./problem.ts";

export type ImageStatus = "queued" | "processing" | "done" | "failed" | "cancelled";

export interface ImageError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** The uploaded file; sizes are pixels and bytes. */
interface Original {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly url: string;
}

export interface ReadyVariant {
  readonly name: string;
  readonly status: "ready";
  readonly format: string;
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
  readonly placeholder: { readonly thumbhash: string; readonly color: string } | null;
  readonly error: ImageError | null;
  readonly preset: string | null;
  /** What whoever sent it wanted to be kept with it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly worker: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Milliseconds without a byte of progress after which a request counts as lost. */
export const silence = 60_000;

/** The service wants an API key, and this browser has given none, or its session is over. */
export const locked = signal(false);

/** An address of the service, `/v1/…`, as seen from this page: the page may live behind a prefix. */
export function serviceUrl(path: string): string {
  return new URL(path.startsWith("/") ? `.${path}` : path, new URL(".", document.baseURI)).href;
}

/** The value of an answer's body. Throws the failure that an error status, or a body that is no JSON, tells. */
export function answerOf<T>(status: number, body: string): T {
  if (status < 200 || status > 299) throw failureOf(status, body);
  try {
    return JSON.parse(body) as T;
  } catch {
    throw problemOf(status, body);
  }
}

/** The failure that an answer with an error status tells. */
export function failureOf(status: number, body: string): RequestFailure {
  if (status === 401) locked.value = true;
  return problemOf(status, body);
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly body?: object | undefined;
  /** The same for every try of one request: only the first is carried out. */
  readonly key?: string | undefined;
}

async function call(
  method: string,
  path: string,
  { signal, body, key }: CallOptions = {},
): Promise<[number, string]> {
  const deadline = AbortSignal.timeout(silence);
  try {
    const response = await fetch(serviceUrl(path), {
      method,
      headers: {
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
        ...(key && { "idempotency-key": key }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    return [response.status, await response.text()];
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(cause);
  }
}

/** The JSON of an answer to a `GET`. Throws `RequestFailure`, as every call here. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answerOf(...(await call("GET", path, { signal })));
}

/** The JSON of an answer to a `POST`. `key`: for every try of this one request. */
export async function send<T>(path: string, body: object, key: string): Promise<T> {
  return answerOf(...(await call("POST", path, { body, key })));
}

/** A call whose answer says nothing but that it was done. */
export async function act(method: string, path: string, sent?: object): Promise<void> {
  const [status, body] = await call(method, path, sent && { body: sent });
  if (status > 299) throw failureOf(status, body);
}

const imagePath = (id: string) => `/v1/images/${encodeURIComponent(id)}`;

/** Throws `RequestFailure`, as every call here. */
export function getImage(id: string, signal?: AbortSignal): Promise<Image> {
  return read(imagePath(id), signal);
}

export function retryImage(id: string): Promise<void> {
  return act("POST", `${imagePath(id)}/retry`);
}

export function cancelImage(id: string): Promise<void> {
  return act("POST", `${imagePath(id)}/cancel`);
}

export function deleteImage(id: string): Promise<void> {
  return act("DELETE", imagePath(id));
}

/** Trades a key for a cookie, which the browser then sends by itself, for pictures and streams too. */
export function openSession(key: string): Promise<void> {
  return act("POST", "/v1/session", { key });
}

export function endSession(): Promise<void> {
  return act("DELETE", "/v1/session");
}
