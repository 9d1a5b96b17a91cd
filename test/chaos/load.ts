import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorCode } from "../../src/errors.ts";
import { until } from "../support/until.ts";
import type { Outside } from "./outside.ts";
import { type Answer, together, type Upload, type WayIn, waysIn } from "./ways-in.ts";

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
  /** How they come in, by turns; raw bodies when not given. */
  readonly ways?: readonly WayIn[];
  /** Where the first uploads are tried first, one at each; after that where the others go. */
  readonly firstUrls?: readonly string[];
  /** Asked before each upload, which waits until it is so. */
  readonly hasRoom?: () => Promise<boolean>;
  /** The scenario keeps the API from answering in time though it lives. */
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

/**
 * Uploads as a careful client does: under an `Idempotency-Key`, again after a refusal that says so or a connection
 * that broke. So each upload must be one image, whatever happens in between.
 */
export class Load {
  /** The image of each upload that was accepted, by its id. */
  readonly accepted = new Map<string, Picture>();
  /** What the webhook of each accepted upload that asked for one must say, by the path of its address. */
  readonly told = new Map<string, string>();
  /** How often each refusal was met: `503 overloaded`, `no answer`. */
  readonly refused = new Map<string, number>();
  /** Files of requests of which nobody can say whether they were accepted at that time. */
  untold = 0;
  /** Answers that a service must never give. */
  readonly faults: string[] = [];
  /** From a request to its refusal, at the longest. Milliseconds. */
  slowestRefusalMs = 0;
  readonly done: Promise<void>;
  readonly #url: string;
  readonly #outside: Outside;
  readonly #options: LoadOptions;
  #deadline = Number.POSITIVE_INFINITY;
  #begun = 0;
  #finished = false;

  constructor(url: string, outside: Outside, options: LoadOptions) {
    this.#url = url;
    this.#outside = outside;
    this.#options = options;
    const hands = Array.from({ length: options.parallel ?? 4 }, () => this.#upload());
    this.done = Promise.all(hands).then(() => {});
  }

  get mayBeUnanswered(): boolean {
    return this.mayBeLate || this.#options.firstUrls !== undefined;
  }

  get mayBeLate(): boolean {
    return this.#options.mayBeUnanswered ?? false;
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
    const { ways = ["raw"], firstUrls = [] } = this.#options;
    while (!this.#finished && this.#begun < images) {
      if (hasRoom && !(await hasRoom())) {
        await sleep(againAfterMs);
        continue;
      }
      const index = this.#begun;
      const picture = pictures[index % pictures.length];
      this.#begun += 1;
      if (!picture) return;
      await this.#accept(picture, ways[index % ways.length] ?? "raw", firstUrls[index]);
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }

  async #accept(picture: Picture, way: WayIn, firstUrl = this.#url): Promise<void> {
    const key = randomUUID();
    const path = `/${key}`;
    const upload = {
      picture,
      key,
      callbackUrl: this.#outside.callbackUrl(path),
      sourceUrl: this.#outside.sourceUrl(picture),
    };
    for (let tries = 1; ; tries += 1) {
      const startedAt = performance.now();
      if (startedAt > this.#deadline) {
        this.faults.push(`a ${way} upload was not accepted in ${tries - 1} tries, and there was time enough`);
        return;
      }
      const answer = await this.#answerTo(way, { ...upload, url: tries === 1 ? firstUrl : this.#url });
      if (!answer || answer.inDoubt) this.untold += way === "batch" ? together : 1;
      if (!answer) {
        await sleep(againAfterMs);
        continue;
      }
      if (answer.status === 202) {
        for (const [id, one] of answer.images) this.accepted.set(id, one);
        if (answer.tells) this.told.set(path, answer.tells);
        return;
      }
      const { status, code, again, retryAfter = 0 } = answer;
      const said = `${status} ${code}`;
      this.#count(said);
      if (!again) {
        this.faults.push(`a ${way} upload was answered ${said}`);
        return;
      }
      this.slowestRefusalMs = Math.max(this.slowestRefusalMs, performance.now() - startedAt);
      if (!(retryAfter > 0)) this.faults.push(`${said} came without Retry-After`);
      // A client of a test need not be as patient as it is told to be.
      await sleep(Math.min(1_000, retryAfter * 1_000));
    }
  }

  /** `undefined`: there was none. */
  async #answerTo(way: WayIn, upload: Upload): Promise<Answer | undefined> {
    try {
      return await waysIn[way](upload, AbortSignal.timeout(answerWithinMs));
    } catch {
      this.#count("no answer");
      return undefined;
    }
  }

  #count(what: string): void {
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
  }
}
