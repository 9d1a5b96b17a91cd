import type { Call, Connection } from "./connection.ts";
import { RequestFailure } from "./failure.ts";
import { type FileInput, nameOf } from "./file.ts";
import type { Page, Stoppable, UploadOptions, Wanted } from "./options.ts";
import { pause } from "./pause.ts";
import type { Batch, Image } from "./schema.ts";

const usualConcurrency = 4;
const longestPauseMs = 2_000;

type BatchWanted = Pick<Wanted, "preset" | "variants" | "callbackUrl">;

export interface BatchUpload
  extends Omit<UploadOptions, "filename" | "batchId" | "idempotencyKey" | "dedupe"> {
  /** Uploads at the same time. */
  readonly concurrency?: number;
  /** Told after each file that the service took or refused. */
  readonly onFile?: (file: FileInput, result: Image | RequestFailure) => void;
}

export interface BatchSource {
  readonly source: { readonly url: string };
  readonly filename?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface UploadedBatch {
  readonly batch: Batch;
  readonly images: readonly Image[];
  /** Files that are in no batch, and why. */
  readonly refused: readonly { readonly file: FileInput; readonly failure: RequestFailure }[];
}

type Upload = (file: FileInput, options: UploadOptions) => Promise<Image>;

/** Many images at once. */
export class Batches {
  readonly #connection: Connection;
  readonly #upload: Upload;

  constructor(connection: Connection, upload: Upload) {
    this.#connection = connection;
    this.#upload = upload;
  }

  /** An empty batch that uploads are added to (`batchId`) until it is closed. */
  async open(wanted: BatchWanted = {}, { signal }: Stoppable = {}): Promise<Batch> {
    return this.#submit({ open: true, ...wanted }, signal);
  }

  /** The service fetches the files from public addresses; at most 10,000. */
  async submitUrls(images: readonly BatchSource[], wanted: BatchWanted = {}, { signal }: Stoppable = {}) {
    return this.#submit({ images, ...wanted }, signal);
  }

  /**
   * Any number of files, a few at a time, as one batch. A file that is refused stops none of the others; anything else
   * that goes wrong rejects and stops the uploads that run; the batch closes by itself after an hour.
   */
  async upload(files: Iterable<FileInput>, options: BatchUpload = {}): Promise<UploadedBatch> {
    const { concurrency = usualConcurrency, onFile, preset, variants, callbackUrl, ...each } = options;
    const { id } = await this.open({ preset, variants, callbackUrl }, each);
    const images: Image[] = [];
    const refused: UploadedBatch["refused"][number][] = [];
    const rest = files[Symbol.iterator]();
    const stop = new AbortController();
    const signal = each.signal ? AbortSignal.any([each.signal, stop.signal]) : stop.signal;
    const uploadInTurn = async () => {
      for (let next = rest.next(); !next.done; next = rest.next()) {
        const file = next.value;
        try {
          const filename = nameOf(file);
          const wanted = { preset, variants, filename, batchId: id };
          const image = await this.#upload(file, { ...each, ...wanted, signal });
          images.push(image);
          onFile?.(file, image);
        } catch (error) {
          if (!(error instanceof RequestFailure) || error.kind !== "refused") throw error;
          refused.push({ file, failure: error });
          onFile?.(file, error);
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: concurrency }, uploadInTurn));
    } catch (error) {
      stop.abort(error);
      throw error;
    }
    const batch = await this.close(id, each);
    return { batch, images, refused };
  }

  async get(id: string, { signal }: Stoppable = {}): Promise<Batch> {
    return this.#connection.json(batchPath(id), { signal });
  }

  /** One page, newest first, without their images. */
  async list(
    filter: { readonly status?: Batch["status"]; readonly limit?: number; readonly cursor?: string } = {},
    { signal }: Stoppable = {},
  ): Promise<Page<Batch>> {
    return this.#connection.json("/v1/batches", { query: { ...filter }, signal });
  }

  /** The batch once all of its images are final, however long that takes: stop with the signal. */
  async wait(id: string, { signal }: Stoppable = {}): Promise<Batch> {
    for (let ms = 100; ; ms = Math.min(longestPauseMs, ms * 1.5)) {
      const batch = await this.get(id, { signal });
      if (batch.status === "done" || batch.status === "cancelled") return batch;
      await pause(ms, signal);
    }
  }

  /** No more images are added. */
  async close(id: string, { signal }: Stoppable = {}): Promise<Batch> {
    return this.#act(id, "close", { signal, repeatable: true });
  }

  /** Its images that are not final. */
  async cancel(id: string, { signal }: Stoppable = {}): Promise<Batch> {
    return this.#act(id, "cancel", { signal });
  }

  /** Its failed images are tried again. */
  async retry(id: string, { signal }: Stoppable = {}): Promise<Batch> {
    return this.#act(id, "retry", { signal });
  }

  /** The batch with its images; it is no mistake when they are gone already. */
  async delete(id: string, { signal }: Stoppable = {}): Promise<void> {
    await this.#connection.call(batchPath(id), { method: "DELETE", signal });
  }

  /** The answer with the ZIP of its ready variants. */
  async archive(id: string, { signal }: Stoppable = {}): Promise<Response> {
    return this.#connection.call(`${batchPath(id)}/archive`, { headers: { accept: "*/*" }, signal });
  }

  async #submit(body: object, signal: AbortSignal | undefined): Promise<Batch> {
    return this.#connection.json("/v1/batches", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(body),
      repeatable: true,
      signal,
    });
  }

  async #act(id: string, verb: string, call: Call): Promise<Batch> {
    return this.#connection.json(`${batchPath(id)}/${verb}`, { ...call, method: "POST" });
  }
}

function batchPath(id: string): string {
  return `/v1/batches/${encodeURIComponent(id)}`;
}
