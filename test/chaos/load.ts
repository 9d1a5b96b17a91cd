import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorCode } from "../../src/errors.ts";
import type { ImageView } from "../support/client.ts";
import { until } from "../support/until.ts";

/** What is uploaded, and what must come of it. */
export interface Picture {
  readonly name: string;
  readonly content: Buffer;
  /** JSON of the API. */
  readonly variants: string;
  /** Codes that it may fail with; when not given it must be done. */
  readonly fails?: readonly ErrorCode[];
}

export interface LoadOptions {
  readonly pictures: readonly Picture[];
  /** Uploads under way at once; 4 when not given. */
  readonly parallel?: number;
  /** So many in all; when not given, until `finish` is called. */
  readonly images?: number;
  /** Where the first uploads are tried first, one at each; after that where the others go. */
  readonly firstUrls?: readonly string[];
  /** Asked before each upload, which waits until it is so. */
  readonly hasRoom?: () => Promise<boolean>;
  /** The scenario keeps the API from answering though it lives. */
  readonly mayBeUnanswered?: true;
  /** Between two uploads of one hand, in milliseconds. */
  readonly pauseMs?: number;
}

/** Longer than the service may take for any answer; a frozen process answers never. Milliseconds. */
const answerWithinMs = 20_000;
/** After no answer at all. */
const againAfterMs = 250;
/** What `finish` waits for uploads under way, in milliseconds. */
const finishWithinMs = 240_000;
const refusals: ReadonlySet<number> = new Set([429, 503, 507]);

/**
 * Uploads as a careful client does: under an `Idempotency-Key`, again after a refusal that says so or a connection
 * that broke. So each upload must be one image, whatever happens in between.
 */
export class Load {
  /** The image of each upload that was accepted, by its id. */
  readonly accepted = new Map<string, Picture>();
  /** How often each refusal was met: `503 overloaded`, `no answer`. */
  readonly refused = new Map<string, number>();
  /** Answers that a service must never give. */
  readonly faults: string[] = [];
  /** From a request to its refusal, at the longest. Milliseconds. */
  slowestRefusalMs = 0;
  readonly done: Promise<void>;
  readonly #url: string;
  readonly #options: LoadOptions;
  #deadline = Number.POSITIVE_INFINITY;
  #begun = 0;
  #finished = false;

  constructor(url: string, options: LoadOptions) {
    this.#url = url;
    this.#options = options;
    const hands = Array.from({ length: options.parallel ?? 4 }, () => this.#upload());
    this.done = Promise.all(hands).then(() => {});
  }

  get mayBeUnanswered(): boolean {
    return this.#options.mayBeUnanswered ?? this.#options.firstUrls !== undefined;
  }

  /** Resolves when that share of all uploads, or that many, were accepted. */
  async reached(share: number): Promise<void> {
    const enough = share < 1 ? Math.ceil(share * (this.#options.images ?? 0)) : share;
    await until(() => this.accepted.size >= enough, {
      what: `${enough} accepted uploads`,
      withinMs: 120_000,
    });
  }

  /** No new uploads; those under way come to their end, or are a fault. */
  async finish(): Promise<void> {
    this.#finished = true;
    this.endWithin(finishWithinMs);
    await this.done;
  }

  /** What was not accepted by then is a fault. Milliseconds. */
  endWithin(ms: number): void {
    this.#deadline = performance.now() + ms;
  }

  async #upload(): Promise<void> {
    const { images = Number.POSITIVE_INFINITY, pictures, pauseMs = 0, hasRoom } = this.#options;
    while (!this.#finished && this.#begun < images) {
      if (hasRoom && !(await hasRoom())) {
        await sleep(againAfterMs);
        continue;
      }
      const picture = pictures[this.#begun % pictures.length];
      const firstUrl = this.#options.firstUrls?.[this.#begun];
      this.#begun += 1;
      if (!picture) return;
      const id = await this.#accept(picture, firstUrl);
      if (id) this.accepted.set(id, picture);
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }

  async #accept({ name, content, variants }: Picture, firstUrl = this.#url): Promise<string | undefined> {
    const query = new URLSearchParams({ filename: name, variants });
    const headers = { "content-type": "application/octet-stream", "idempotency-key": randomUUID() };
    for (let tries = 1; ; tries += 1) {
      const startedAt = performance.now();
      if (startedAt > this.#deadline) {
        this.faults.push(`an upload was not accepted in ${tries - 1} tries, and there was time enough`);
        return undefined;
      }
      const url = tries === 1 ? firstUrl : this.#url;
      try {
        const response = await fetch(`${url}/v1/images?${query}`, {
          method: "POST",
          headers,
          body: new Uint8Array(content),
          signal: AbortSignal.timeout(answerWithinMs),
        });
        const body = (await response.json()) as ImageView & { code?: string };
        if (response.status === 202) return body.id;
        this.#count(`${response.status} ${body.code}`);
        if (!refusals.has(response.status)) {
          this.faults.push(`an upload was answered ${response.status} ${body.code}`);
          return undefined;
        }
        this.slowestRefusalMs = Math.max(this.slowestRefusalMs, performance.now() - startedAt);
        const after = Number(response.headers.get("retry-after"));
        if (!(after > 0)) this.faults.push(`${response.status} ${body.code} came without Retry-After`);
        // A client of a test need not be as patient as it is told to be.
        await sleep(Math.min(1_000, after * 1_000));
      } catch {
        this.#count("no answer");
        await sleep(againAfterMs);
      }
    }
  }

  #count(what: string): void {
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
  }
}
