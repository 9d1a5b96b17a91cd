import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isFinal, type PixmillClient, type PixmillEvent, RequestFailure } from "../client/index.ts";

const openMs = 5_000;
/** With none of our images in the stream for so long, images are asked after one by one. */
const quietMs = 5_000;
const looksAtOnce = 8;
/** Seconds that one look waits for the end. */
const lookWait = 5;
/** Ends of images that are not ours, or not yet: the 202 may come after the event. */
const keptEnds = 10_000;

/** An Image, as far as a watch looks at it; another version of the service may say more, or something else. */
const imageAnswer = z.object({
  id: z.string(),
  status: z.enum(["queued", "processing", "done", "failed", "cancelled"]),
  worker: z.string().nullish(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});

type ImageAnswer = z.output<typeof imageAnswer>;

export interface EndedImage {
  readonly image: ImageAnswer;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

/**
 * Learns when images end: one event stream for all of them, and `?wait=` for the oldest few where there is no
 * stream, or where it is quiet, since an event can be lost with the Redis that held it.
 */
export class ImageWatch {
  readonly #client: PixmillClient;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string, (ended: EndedImage) => void>();
  readonly #early = new Map<string, EndedImage>();
  readonly #looking = new Set<string>();
  #flows = false;
  #heardAt = 0;

  /** It watches until the signal aborts. */
  constructor(client: PixmillClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Resolves when the stream flows, or will not: what ends after this is noticed. */
  async start(): Promise<void> {
    const first = Promise.withResolvers<void>();
    void this.#follow(first.resolve);
    for (let lane = 0; lane < looksAtOnce; lane++) void this.#lookAgainAndAgain();
    await Promise.race([first.promise, this.#pause(openMs)]);
  }

  /** Resolves when the image is final, also when the service does not know it any more; never rejects. */
  ended(id: string): Promise<EndedImage> {
    const early = this.#early.get(id);
    if (early) {
      this.#early.delete(id);
      return Promise.resolve(early);
    }
    if (this.#waiting.size === 0) this.#heardAt = performance.now();
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async #follow(tried: () => void): Promise<void> {
    const stopped = () => {
      this.#flows = false;
      tried();
    };
    const events = this.#client.subscribe({
      signal: this.#signal,
      onOpen: () => {
        this.#flows = true;
        tried();
      },
      onCut: stopped,
    });
    try {
      for await (const event of events) this.#hear(event);
    } catch {
      // There is no stream: images are looked at one by one.
    }
    stopped();
  }

  #hear({ type, data }: PixmillEvent): void {
    // Events are missing: look at once.
    if (type === "reset") this.#heardAt = Number.NEGATIVE_INFINITY;
    if (!type.startsWith("image.")) return;
    const image = imageAnswer.safeParse(data);
    if (!image.success) return;
    if (this.#waiting.has(image.data.id)) this.#heardAt = performance.now();
    this.#tell(image.data);
  }

  #tell(image: ImageAnswer): void {
    if (!isFinal(image)) return;
    const ended = { image, at: performance.now() };
    const resolve = this.#waiting.get(image.id);
    this.#waiting.delete(image.id);
    if (resolve) {
      resolve(ended);
      return;
    }
    this.#early.set(image.id, ended);
    for (const oldest of this.#early.keys()) {
      if (this.#early.size <= keptEnds) break;
      this.#early.delete(oldest);
    }
  }

  async #lookAgainAndAgain(): Promise<void> {
    while (!this.#signal.aborted) {
      const quiet = !this.#flows || performance.now() - this.#heardAt > quietMs;
      const id = quiet ? this.#waiting.keys().find((candidate) => !this.#looking.has(candidate)) : undefined;
      if (id === undefined) {
        await this.#pause(200);
        continue;
      }
      this.#looking.add(id);
      const answered = await this.#look(id);
      this.#looking.delete(id);
      if (!answered) await this.#pause(1_000);
    }
  }

  async #look(id: string): Promise<boolean> {
    try {
      const image = imageAnswer.safeParse(
        await this.#client.get(id, { wait: lookWait, signal: this.#signal }),
      );
      if (image.success) this.#tell(image.data);
      return image.success;
    } catch (error) {
      if (!(error instanceof RequestFailure) || (error.status !== 404 && error.status !== 410)) return false;
      // It was accepted: that it is not known is the worst that a load test can find.
      const { code, message } = error;
      this.#tell({ id, status: "failed", error: { code, message } });
      return true;
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {});
  }
}
