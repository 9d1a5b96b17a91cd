import type { DeliveredEvent, PixmillEvent } from "./event-bus.ts";

/** The newest events in order, under ids of one epoch: `<epoch>-<sequence>`. */
export class EventLog {
  readonly #epoch: string;
  readonly #capacity: number;
  readonly #events: DeliveredEvent[] = [];
  #sequence = 0;

  constructor(options: { epoch: string; capacity: number }) {
    this.#epoch = options.epoch;
    this.#capacity = options.capacity;
  }

  get lastId(): string {
    return `${this.#epoch}-${this.#sequence}`;
  }

  append(event: PixmillEvent): DeliveredEvent {
    this.#sequence += 1;
    const delivered = { ...event, id: this.lastId };
    this.#events.push(delivered);
    // Trimmed in blocks: an array's shift() of 10,000 for every event would cost more than the event.
    if (this.#events.length >= 2 * this.#capacity)
      this.#events.splice(0, this.#events.length - this.#capacity);
    return delivered;
  }

  /** What came after `id`, or `undefined` when that can no longer be told without a gap. */
  after(id: string): readonly DeliveredEvent[] | undefined {
    const [, epoch, digits] = /^(.+)-(\d{1,15})$/.exec(id) ?? [];
    const sequence = Number(digits);
    if (epoch !== this.#epoch || sequence > this.#sequence) return undefined;
    const missed = this.#sequence - sequence;
    if (missed > Math.min(this.#events.length, this.#capacity)) return undefined;
    return missed === 0 ? [] : this.#events.slice(-missed);
  }
}
