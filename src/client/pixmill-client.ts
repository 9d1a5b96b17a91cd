import { Batches } from "./batches.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { type EventFilter, events, type PixmillEvent } from "./events.ts";
import { bodyOf, type FileInput, nameOf } from "./file.ts";
import type { ImageFilter, Page, SourceOptions, Stoppable, UploadOptions } from "./options.ts";
import type { Batch, Image, Preset, Worker } from "./schema.ts";

const finalStatuses: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);
/** Seconds that one request waits for the end. */
const longestWait = 30;
const uploadTryMs = 600_000;

/**
 * A Pixmill service, from Node or a page. Every method rejects with a `RequestFailure` that has the service's code,
 * or with the reason of the signal that was aborted.
 */
export class PixmillClient {
  readonly batches: Batches;
  readonly #connection: Connection;

  constructor(options: ConnectionOptions = {}) {
    this.#connection = new Connection(options);
    this.batches = new Batches(this.#connection, (file, options) => this.upload(file, options));
  }

  /** Resolves when the service has promised to keep the image; the variants are made after that. */
  async upload(file: FileInput, options: UploadOptions = {}): Promise<Image> {
    const { variants, filename, preset, callbackUrl, batchId, dedupe, retry, signal } = options;
    return this.#connection.json("/v1/images", {
      method: "POST",
      query: {
        filename: filename ?? nameOf(file),
        preset,
        variants: variants && JSON.stringify(variants),
        callbackUrl,
        batchId,
        dedupe,
      },
      headers: {
        "content-type": "application/octet-stream",
        "idempotency-key": options.idempotencyKey ?? crypto.randomUUID(),
      },
      body: await bodyOf(file),
      repeatable: true,
      retry,
      timeoutMs: options.timeoutMs ?? uploadTryMs,
      signal,
    });
  }

  /** The service fetches the file from a public address. */
  async submitUrl(url: string, { idempotencyKey, signal, ...wanted }: SourceOptions = {}): Promise<Image> {
    return this.#connection.json("/v1/images", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": idempotencyKey ?? crypto.randomUUID(),
      },
      body: JSON.stringify({ source: { url }, ...wanted }),
      repeatable: true,
      signal,
    });
  }

  /** `wait`: seconds, up to 60, that the service may hold the answer until the image is final. */
  async get(id: string, { wait = 0, signal }: Stoppable & { readonly wait?: number } = {}): Promise<Image> {
    const query = wait > 0 ? { wait } : {};
    return this.#connection.json(imagePath(id), { query, timeoutMs: (wait + 15) * 1000, signal });
  }

  /** The image once it is done, failed or cancelled, however long that takes: stop with the signal. */
  async wait(id: string, { signal }: Stoppable = {}): Promise<Image> {
    for (;;) {
      const image = await this.get(id, { wait: longestWait, signal });
      if (isFinal(image)) return image;
    }
  }

  /** One page, newest first. */
  async list(filter: ImageFilter = {}, { signal }: Stoppable = {}): Promise<Page<Image>> {
    return this.#connection.json("/v1/images", { query: { ...filter }, signal });
  }

  /** A failed or cancelled image is tried again. */
  async retry(id: string, { signal }: Stoppable = {}): Promise<Image> {
    return this.#connection.json(`${imagePath(id)}/retry`, { method: "POST", signal });
  }

  async cancel(id: string, { signal }: Stoppable = {}): Promise<Image> {
    return this.#connection.json(`${imagePath(id)}/cancel`, { method: "POST", signal });
  }

  /** The image, its original and its variants; it is no mistake when they are gone already. */
  async delete(id: string, { signal }: Stoppable = {}): Promise<void> {
    await this.#connection.call(imagePath(id), { method: "DELETE", signal });
  }

  /** The answer with the bytes of a variant, or of the original when none is named. */
  async download(id: string, variant?: string, { signal }: Stoppable = {}): Promise<Response> {
    const content = variant === undefined ? "original" : `variants/${encodeURIComponent(variant)}`;
    return this.#connection.call(`${imagePath(id)}/${content}`, { headers: { accept: "*/*" }, signal });
  }

  async presets({ signal }: Stoppable = {}): Promise<Preset[]> {
    return this.#connection.json("/v1/presets", { signal });
  }

  async workers({ signal }: Stoppable = {}): Promise<Worker[]> {
    return this.#connection.json("/v1/workers", { signal });
  }

  /** What happens, as it happens; see `events`. */
  subscribe(filter: EventFilter = {}): AsyncGenerator<PixmillEvent> {
    return events(this.#connection, filter);
  }
}

/** Whether an image or a batch will not change by itself any more. */
export function isFinal({ status }: Pick<Image | Batch, "status">): boolean {
  return finalStatuses.has(status);
}

function imagePath(id: string): string {
  return `/v1/images/${encodeURIComponent(id)}`;
}
