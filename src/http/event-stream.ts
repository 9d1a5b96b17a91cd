import { Readable } from "node:stream";
import type { Delivery } from "../events/event-bus.ts";
import type { EventTexts } from "./event-text.ts";

/** Text is made ahead of the client by this much, in bytes; what comes later waits as a pointer to its event. */
const aheadBytes = 16 * 1024;
/** All events that the bus keeps, which one who comes back may ask for at once, and room for new ones. */
const maxWaitingEvents = 11_000;
const maxStuckMs = 30_000;

/**
 * One reader of the event stream: its events in order, each looked up when its turn comes. A reader that takes
 * nothing for `stuckMs` milliseconds, or has fallen too many events behind, is dropped; it comes back with the
 * last id that it saw.
 */
export class EventStream {
  /** What the answer is made of. It ends with `end`, and is destroyed when the reader is dropped. */
  readonly body: Readable;
  readonly #texts: EventTexts;
  readonly #stuckMs: number;
  readonly #waiting: Delivery[] = [];
  #running = false;
  #ended = false;
  /** Set while the reader has enough to read. */
  #wanted: PromiseWithResolvers<void> | undefined;

  constructor(texts: EventTexts, stuckMs = maxStuckMs) {
    this.#texts = texts;
    this.#stuckMs = stuckMs;
    this.body = new Readable({ highWaterMark: aheadBytes, read: () => this.#wanted?.resolve() });
    // The first bytes send the headers on their way; two seconds is how soon a client comes back after a cut.
    this.body.push("retry: 2000\n\n");
  }

  tell(delivery: Delivery): void {
    if (this.#isOver) return;
    if (this.#waiting.push(delivery) > maxWaitingEvents) this.body.destroy();
    else if (!this.#running) void this.#run();
  }

  /** A comment, which clients skip: it keeps proxies from closing a quiet connection. */
  keepAlive(): void {
    if (!this.#isOver && !this.#wanted) this.body.push(": still here\n\n");
  }

  end(): void {
    if (this.#isOver) return;
    this.#ended = true;
    this.body.push(null);
  }

  get #isOver(): boolean {
    return this.#ended || this.body.destroyed;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        const text = await this.#texts.of(next);
        if (this.#isOver) return;
        if (text && !this.body.push(text)) await this.#untilWanted();
      }
    } catch (error) {
      // The catalog is away: the client will ask again for what it did not see.
      this.body.destroy(error instanceof Error ? error : undefined);
    } finally {
      this.#running = false;
    }
  }

  async #untilWanted(): Promise<void> {
    this.#wanted = Promise.withResolvers();
    const timer = setTimeout(() => this.body.destroy(), this.#stuckMs);
    const release = this.#wanted.resolve;
    this.body.once("close", release);
    await this.#wanted.promise;
    this.body.off("close", release);
    clearTimeout(timer);
    this.#wanted = undefined;
  }
}
