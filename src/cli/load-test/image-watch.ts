import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "../../queue/backoff.ts";
import { EventParser, type ServerEvent } from "./event-parser.ts";
import { failureOf, type ImageAnswer, imageAnswer, jsonOf, type Service } from "./service.ts";

const openMs = 5_000;
/** The service sends a comment every 15 seconds; a stream that is silent for longer leads nowhere. */
const silenceMs = 40_000;
/** With none of our images in the stream for so long, images are asked after one by one. */
const quietMs = 5_000;
const looksAtOnce = 8;
/** Seconds that one look waits for the end. */
const lookWait = 5;
/** Ends of images that are not ours, or not yet: the 202 may come after the event. */
const keptEnds = 10_000;

const finalStatuses: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

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
  readonly #service: Service;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string, (ended: EndedImage) => void>();
  readonly #early = new Map<string, EndedImage>();
  readonly #looking = new Set<string>();
  #flows = false;
  #heardAt = 0;
  #lastEventId = "";

  /** It watches until the signal aborts. */
  constructor(service: Service, signal: AbortSignal) {
    this.#service = service;
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
    for (let tries = 1; !this.#signal.aborted; tries++) {
      const opened = await this.#readStream(tried);
      this.#flows = false;
      tried();
      if (opened) tries = 1;
      await this.#pause(backoffMs(tries, { baseMs: 200, capMs: 2_000 }));
    }
  }

  /** Until the stream ends, by whatever; says whether there was one. */
  async #readStream(opened: () => void): Promise<boolean> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), silenceMs);
    try {
      const answer = await this.#service.call("/v1/events", {
        headers: {
          accept: "text/event-stream",
          ...(this.#lastEventId && { "last-event-id": this.#lastEventId }),
        },
        signal: AbortSignal.any([this.#signal, silence.signal]),
      });
      if (
        !answer.ok ||
        !answer.body ||
        !answer.headers.get("content-type")?.startsWith("text/event-stream")
      ) {
        await answer.body?.cancel();
        return false;
      }
      this.#flows = true;
      opened();
      const parser = new EventParser();
      for await (const piece of answer.body) {
        timer.refresh();
        for (const event of parser.push(piece)) this.#hear(event);
      }
    } catch {
      // Cut off, or silent: it is opened again, after the last event that came.
    } finally {
      clearTimeout(timer);
    }
    return this.#flows;
  }

  #hear({ type, id, data }: ServerEvent): void {
    if (id !== "") this.#lastEventId = id;
    // Events are missing: look at once.
    if (type === "reset") this.#heardAt = Number.NEGATIVE_INFINITY;
    if (!type.startsWith("image.")) return;
    const image = imageAnswer.safeParse(parsed(data));
    if (!image.success) return;
    if (this.#waiting.has(image.data.id)) this.#heardAt = performance.now();
    this.#tell(image.data);
  }

  #tell(image: ImageAnswer): void {
    if (!finalStatuses.has(image.status)) return;
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
      const answer = await this.#service.call(`/v1/images/${encodeURIComponent(id)}?wait=${lookWait}`, {
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout((lookWait + 10) * 1000)]),
      });
      const body = await jsonOf(answer);
      if (answer.status === 404 || answer.status === 410) {
        // It was accepted: that it is not known is the worst that a load test can find.
        this.#tell({ id, status: "failed", error: failureOf(answer.status, body) });
        return true;
      }
      const image = imageAnswer.safeParse(body);
      if (image.success) this.#tell(image.data);
      return image.success;
    } catch {
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {});
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
