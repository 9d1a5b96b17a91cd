import type { TransformInput } from "../../client/index.ts";
import { type EndedImage, ImageWatch } from "../image-watch.ts";
import { type RunningService, refusesEveryUpload } from "../running-service.ts";
import type { Photo } from "./photo.ts";
import { type Failure, uploadPhoto } from "./upload-photo.ts";

export interface LoadTestOptions {
  readonly service: RunningService;
  /** Taken in turn, from the first again when `count` is larger. */
  readonly photos: readonly Photo[];
  readonly count: number;
  /** Uploads at the same time; what is accepted is waited for besides. */
  readonly concurrency: number;
  readonly preset: string | undefined;
  readonly variants: readonly TransformInput[] | undefined;
  /** Given up when nothing was accepted and nothing ended for so long. Milliseconds. */
  readonly timeoutMs: number;
  /** Aborted: the result says what there is so far. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, failed: number) => void;
}

/** One upload and what came of it; times are milliseconds from the upload's start, on this side's clock. */
export interface PhotoOutcome {
  readonly name: string;
  id?: string;
  acceptedMs?: number;
  doneMs?: number;
  worker?: string;
  failure?: Failure;
}

export interface LoadTestResult {
  /** Of the uploads that were begun, in that order. With neither `doneMs` nor `failure`: cut short by a stop. */
  readonly outcomes: readonly PhotoOutcome[];
  /** How often an upload was tried again: by the status of the answer, or `connection`. */
  readonly retries: ReadonlyMap<string, number>;
  /** From the first upload's start to the last image's end. */
  readonly seconds: number;
}

/** Rejects, in one sentence, when the service takes nothing that is asked for in this way. */
export async function runLoadTest(options: LoadTestOptions): Promise<LoadTestResult> {
  return new LoadTest(options).run();
}

class LoadTest {
  readonly #options: LoadTestOptions;
  readonly #over = new AbortController();
  readonly #watch: ImageWatch;
  readonly #outcomes: PhotoOutcome[] = [];
  readonly #retries = new Map<string, number>();
  readonly #ending: Promise<void>[] = [];
  readonly #counts = { started: 0, accepted: 0, done: 0, failed: 0 };
  /** When something was accepted or ended last. */
  #movedAt = 0;

  constructor(options: LoadTestOptions) {
    this.#options = options;
    this.#watch = new ImageWatch(options.service.client, this.#over.signal);
  }

  async run(): Promise<LoadTestResult> {
    const { signal, timeoutMs, count, concurrency } = this.#options;
    const stop = () => this.#over.abort();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    await this.#watch.start();
    const startedAt = performance.now();
    this.#movedAt = startedAt;
    let stalled = false;
    const stall = setInterval(() => {
      if (performance.now() - this.#movedAt < timeoutMs) return;
      stalled = true;
      stop();
    }, 250);
    try {
      const lanes = Array.from({ length: Math.min(concurrency, count) }, () => this.#uploadInTurn());
      await Promise.all(lanes);
      await Promise.race([Promise.all(this.#ending), aborted(this.#over.signal)]);
    } finally {
      clearInterval(stall);
      signal.removeEventListener("abort", stop);
      stop();
    }
    if (stalled) this.#giveUp();
    const seconds = (this.#movedAt - startedAt) / 1000;
    return { outcomes: this.#outcomes, retries: this.#retries, seconds };
  }

  async #uploadInTurn(): Promise<void> {
    const { photos, count } = this.#options;
    try {
      while (this.#counts.started < count && !this.#over.signal.aborted) {
        await this.#upload(photos[this.#counts.started++ % photos.length] as Photo);
      }
    } catch (error) {
      if (!this.#over.signal.aborted) throw error;
    }
  }

  async #upload(photo: Photo): Promise<void> {
    const outcome: PhotoOutcome = { name: photo.name };
    this.#outcomes.push(outcome);
    const sentAt = performance.now();
    const answer = await uploadPhoto(photo, {
      ...this.#options,
      signal: this.#over.signal,
      // Half: a try that hangs is tried again before the whole test is given up.
      tryMs: this.#options.timeoutMs / 2,
      onRetry: (reason) => this.#retries.set(reason, (this.#retries.get(reason) ?? 0) + 1),
    });
    if ("failure" in answer) {
      const { code, message } = answer.failure;
      if (refusesEveryUpload(answer.status) && this.#counts.accepted === 0) {
        throw new Error(`${this.#options.service.url} refuses such uploads: ${message} (${code})`);
      }
      outcome.failure = answer.failure;
      return this.#end("failed");
    }
    this.#counts.accepted += 1;
    this.#movedAt = performance.now();
    outcome.id = answer.id;
    outcome.acceptedMs = this.#movedAt - sentAt;
    this.#ending.push(this.#watch.ended(answer.id).then((ended) => this.#note(ended, outcome, sentAt)));
  }

  #note({ image, at }: EndedImage, outcome: PhotoOutcome, sentAt: number): void {
    if (image.worker) outcome.worker = image.worker;
    if (image.status === "done") {
      // The event can overtake the 202, without which nobody knows what is done.
      outcome.doneMs = Math.max(at - sentAt, outcome.acceptedMs ?? 0);
    } else {
      outcome.failure = image.error ?? { code: image.status, message: `the image is ${image.status}` };
    }
    this.#end(outcome.failure ? "failed" : "done");
  }

  #end(outcome: "done" | "failed"): void {
    this.#counts[outcome] += 1;
    this.#movedAt = performance.now();
    this.#options.onProgress(this.#counts.done, this.#counts.failed);
  }

  #giveUp(): void {
    const message = `nothing moved for ${this.#options.timeoutMs / 1000} s`;
    for (const outcome of this.#outcomes) {
      if (outcome.doneMs !== undefined || outcome.failure) continue;
      outcome.failure = { code: outcome.id === undefined ? "not_accepted" : "not_ended", message };
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
