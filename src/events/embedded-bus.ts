import type { Delivery, EventBus, PixmillEvent, Subscription } from "./event-bus.ts";
import { EventLog } from "./event-log.ts";

/** How many events a reader may have missed and still catch up on (api.md). */
const keptEvents = 10_000;

/** Events within one process. The epoch is the start time: ids from before a restart are answered with `reset`. */
export class EmbeddedBus implements EventBus {
  readonly #log = new EventLog({ epoch: Date.now().toString(36), capacity: keptEvents });
  readonly #listeners = new Set<(delivery: Delivery) => void>();

  publish(event: PixmillEvent): void {
    // A heartbeat is only of interest while it is new: it is told, not kept.
    const delivered =
      event.type === "worker.heartbeat" ? { ...event, id: this.#log.lastId } : this.#log.append(event);
    for (const listener of this.#listeners) listener(delivered);
  }

  subscribe(listener: (delivery: Delivery) => void, afterId?: string): Subscription {
    if (afterId !== undefined) {
      const missed = this.#log.after(afterId);
      if (missed === undefined) listener({ type: "reset", id: this.#log.lastId });
      else for (const event of missed) listener(event);
    }
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
