import { Readable } from "node:stream";
import type { Delivery } from "../events/event-bus.ts";
import type { EventTexts } from "./event-text.ts";

/** Text that a client has not taken yet, in bytes; one that has fallen further behind is dropped. */
const maxUnreadBytes = 256 * 1024;
/** Events that wait to be looked up: all that the bus keeps, and room for new ones. */
const maxWaitingEvents = 20_000;

/** One reader of the event stream: its events in order, each looked up when its turn comes. */
export class EventStream {
  /** What the answer is made of. It ends with `end`, and is destroyed when the reader is too slow. */
  readonly body: Readable;
  readonly #texts: EventTexts;
  readonly #unsentBytes: () => number;
  readonly #waiting: Delivery[] = [];
  #running = false;

  /** `unsentBytes`: what the connection itself holds back. */
  constructor(texts: EventTexts, unsentBytes: () => number) {
    this.#texts = texts;
    this.#unsentBytes = unsentBytes;
    this.body = new Readable({ read() {}, highWaterMark: 16 * 1024 });
    // The first bytes send the headers; `retry` spreads no one, but two seconds is soon enough.
    this.write("retry: 2000\n\n");
  }

  tell(delivery: Delivery): void {
    if (this.#waiting.length >= maxWaitingEvents) this.body.destroy();
    this.#waiting.push(delivery);
    if (!this.#running) void this.#run();
  }

  write(text: string): void {
    if (this.body.destroyed || this.body.readableEnded) return;
    this.body.push(text);
    if (this.body.readableLength + this.#unsentBytes() > maxUnreadBytes) this.body.destroy();
  }

  end(): void {
    if (!this.body.destroyed) this.body.push(null);
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next && !this.body.destroyed; next = this.#waiting.shift()) {
        const text = await this.#texts.of(next);
        if (text) this.write(text);
      }
    } catch (error) {
      // The catalog is away: the client comes back with the last id that it has seen, and misses nothing.
      this.body.destroy(error instanceof Error ? error : undefined);
    } finally {
      this.#running = false;
    }
  }
}
