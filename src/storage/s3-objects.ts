import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PixmillError } from "../errors.ts";
import type { S3Address } from "./s3-address.ts";
import { S3Interrupted, statusOf } from "./s3-fault.ts";
import { type S3Patience, type StallGuard, withRetries } from "./s3-patience.ts";
import type { S3Answer } from "./s3-reading.ts";
import type { ByteRange } from "./storage.ts";

/** The SHA-256 of the content, lower-case hex, as it is kept with each object. */
const hashField = "sha256";

/** A client that downloads slowly holds one: the usual 50 would let a few of them keep everybody from S3. */
const connections = { keepAlive: true, maxSockets: 2_000 };

/** What is to be put: as often as need be, from its first byte. */
export interface S3Source {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** For who looks into the bucket. */
  readonly mime: string;
  /** Rejects, with S3's 412 or 409 as the cause, where there is an object of that name. */
  readonly onlyNew?: boolean;
  open(): Promise<Readable>;
}

export interface S3Facts {
  /** What stands behind the prefix. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

interface S3ObjectsOptions {
  readonly address: S3Address;
  readonly patience: S3Patience;
  readonly onRetry: (error: unknown) => void;
}

/** An answer that can be asked to go on, as long as the object stays the same. */
export interface S3Opened extends S3Answer {
  readonly etag: string | undefined;
}

/**
 * The few requests that are made of S3, each with its deadline and its retries. Endpoint, region and credentials come
 * from the environment by the names that all of AWS's tools read (`AWS_REGION`, `AWS_ACCESS_KEY_ID`,
 * `AWS_ENDPOINT_URL_S3` …). Failures are `storage_error` and `storage_full`; what is not there is `undefined`.
 */
export class S3Objects {
  readonly #client: S3Client;
  readonly #options: S3ObjectsOptions;

  constructor(options: S3ObjectsOptions) {
    this.#options = options;
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION } = process.env;
    const isElsewhere = Boolean(AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL);
    this.#client = new S3Client({
      // Retries are made here: the client repeats no request whose body is a stream.
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, httpAgent: connections, httpsAgent: connections },
      // Stores that are not AWS's take the bucket in the path, have no regions, and know other checksums.
      ...(isElsewhere && { forcePathStyle: true }),
      ...(isElsewhere && !AWS_REGION && { region: "us-east-1" }),
      // Without one it warns on the console, between the lines of the log.
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  async head(name: string): Promise<S3Facts | undefined> {
    const found = await this.#request(({ signal }) =>
      unlessAbsent(this.#client.send(new HeadObjectCommand(this.#place(name)), { abortSignal: signal })),
    );
    // Of what has no date nobody may think that it is old.
    return found && { name, bytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date() };
  }

  /** `etag`: only of the object that had it. A range that begins behind the end is `range_not_satisfiable`. */
  async open(name: string, range?: ByteRange, etag?: string): Promise<S3Opened | undefined> {
    const input = {
      ...this.#place(name),
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
      ...(etag !== undefined && { IfMatch: etag }),
    };
    const answer = await this.#request(({ signal }) =>
      unlessAbsent(this.#client.send(new GetObjectCommand(input), { abortSignal: signal })),
    );
    return answer && answerOf(answer, range);
  }

  /** Resolves when S3 has all of it: it compares the content with its hash, and keeps nothing that differs. */
  async put(name: string, source: S3Source): Promise<void> {
    await this.#request(async (guard) => {
      const content = await source.open();
      const failure = Promise.withResolvers<never>();
      content.once("error", failure.reject);
      // It flows when the client takes it, not yet.
      content.pause().on("data", () => guard.touch());
      try {
        await Promise.race([this.#send(name, source, content, guard), failure.promise]);
      } finally {
        content.destroy();
        // Of a file that could not be read to its end S3 would be kept waiting.
        guard.abort();
      }
    });
  }

  /** Deleting what is not there is a success. */
  async delete(name: string): Promise<void> {
    await this.#request(({ signal }) =>
      unlessAbsent(this.#client.send(new DeleteObjectCommand(this.#place(name)), { abortSignal: signal })),
    );
  }

  async *list(prefix: string): AsyncIterable<S3Facts> {
    const { bucket, prefix: root } = this.#options.address;
    let token: string | undefined;
    do {
      const input = { Bucket: bucket, Prefix: root + prefix, ContinuationToken: token };
      const page = await this.#request(({ signal }) =>
        this.#client.send(new ListObjectsV2Command(input), { abortSignal: signal }),
      );
      for (const { Key = "", Size = 0, LastModified = new Date() } of page.Contents ?? []) {
        yield { name: Key.slice(root.length), bytes: Size, modifiedAt: LastModified };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  close(): void {
    this.#client.destroy();
  }

  async #request<T>(send: (guard: StallGuard) => Promise<T>): Promise<T> {
    return await withRetries(this.#options.patience, send, this.#options.onRetry);
  }

  #place(name: string) {
    const { bucket, prefix } = this.#options.address;
    return { Bucket: bucket, Key: prefix + name };
  }

  async #send(name: string, source: S3Source, content: Readable, { signal }: StallGuard): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#place(name),
      Body: content,
      ContentLength: source.bytes,
      ContentType: source.mime,
      ChecksumSHA256: Buffer.from(source.sha256, "hex").toString("base64"),
      Metadata: { [hashField]: source.sha256 },
      ...(source.onlyNew && { IfNoneMatch: "*" }),
    });
    // Part of the signature, which every store must compare; the checksum above is newer than some of them.
    command.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { readonly headers: Record<string, string> };
        headers["x-amz-content-sha256"] = source.sha256;
        return next(args);
      },
      { step: "build", name: "signedContent" },
    );
    await this.#client.send(command, { abortSignal: signal });
  }
}

function answerOf(answer: GetObjectCommandOutput, range: ByteRange | undefined): S3Opened {
  const { ContentLength = 0, ContentRange, ETag, Metadata } = answer;
  const start = Number(/^bytes (\d+)-/.exec(ContentRange ?? "")?.[1] ?? 0);
  // A store that leaves a range out of account sends all of it.
  const body = answer.Body as Readable; // as Node's own handler gives it
  if (range && start !== range.start) {
    body.destroy();
    throw new PixmillError("storage_error", {
      cause: new Error(`S3 sent ${ContentRange}, not what was asked.`),
    });
  }
  return {
    body,
    range: { start, end: start + ContentLength - 1 },
    sha256: range ? undefined : Metadata?.[hashField],
    etag: ETag,
  };
}

/** `undefined` for an object that is not there. A bucket that is not there is a failure. */
async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 && (error as Error).name !== "NoSuchBucket") return undefined;
    if (status === 416) throw new PixmillError("range_not_satisfiable");
    if (status === 412)
      throw new PixmillError("storage_error", { cause: new S3Interrupted("It was replaced.") });
    throw error;
  }
}
