import type { Redis } from "ioredis";
import type { Logger } from "../logger.ts";
import { connectRedis, isReady, patientRedis } from "../redis-connection.ts";
import { throttledWarning } from "../throttled-warning.ts";
import type { Delivery, EventBus, PixmillEvent, Subscription } from "./event-bus.ts";
import { beforeAll, type Entry, EventStream } from "./event-stream.ts";
import { StreamReader } from "./stream-reader.ts";
import { StreamSubscription } from "./stream-subscription.ts";

/** Twice what a reader may have missed: more would be of no use. */
const keptUnsent = 20_000;
/** How long a start, a resuming listener or the end waits for Redis, in milliseconds. */
const patienceMs = 2_000;

interface RedisBusOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly logger: Logger;
  /** Before every key, so that several installations can share a Redis. */
  readonly prefix?: string;
  /** Events that wait for Redis at most. */
  readonly unsent?: number;
}

/**
 * Events of many processes, in one order for all, through a Redis stream that keeps the newest 10,000.
 *
 * Ids are `<run>.<milliseconds>-<sequence>`: the stream's own id behind the run of the Redis server, so that a restart,
 * which may have lost events, is answered with `reset` as a flush and a trim are. Whoever publishes while Redis is
 * away, publishes when it is back; an event whose answer was lost with the connection can come twice.
 */
export class RedisBus implements EventBus {
  readonly #stream: EventStream;
  readonly #publisher: Redis;
  readonly #reader: StreamReader;
  readonly #logger: Logger;
  readonly #warn: (error: unknown) => void;
  readonly #subscriptions = new Set<StreamSubscription>();
  readonly #unsentLimit: number;
  #unsent = 0;
  #lost = false;
  #closed = false;

  private constructor(options: RedisBusOptions) {
    this.#logger = options.logger;
    this.#unsentLimit = options.unsent ?? keptUnsent;
    this.#warn = throttledWarning(options.logger, "events are lost");
    this.#stream = new EventStream(options.prefix ?? "pixmill");
    this.#publisher = connectRedis(options.url, patientRedis, options.logger);
    this.#reader = new StreamReader({
      ...options,
      stream: this.#stream,
      listener: {
        entry: (entry) => this.#each((subscription) => subscription.entry(entry, this.#idOf)),
        heartbeat: (entry) => this.#tellHeartbeat(entry),
        gap: () => this.#each((subscription) => subscription.reset(this.#newestId())),
      },
    });
  }

  /** Events published from now on are seen by listeners from now on. Without Redis it opens too, after 2 s. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await bus.#reader.positioned(patienceMs);
    return bus;
  }

  publish(event: PixmillEvent): void {
    if (this.#closed) return;
    if (this.#unsent >= this.#unsentLimit) {
      this.#lost = true;
      this.#warn(new Error("Redis does not take them."));
      return;
    }
    void this.#send(event);
  }

  subscribe(listener: (delivery: Delivery) => void, afterId?: string): Subscription {
    const guarded = (delivery: Delivery) => {
      try {
        listener(delivery);
      } catch (error) {
        this.#logger.error({ err: error }, "a listener of events failed");
      }
    };
    const after = afterId === undefined ? undefined : entryIdOf(afterId)?.id;
    const subscription = new StreamSubscription(guarded, { resuming: afterId !== undefined, after });
    this.#subscriptions.add(subscription);
    if (afterId !== undefined) void this.#catchUp(subscription, afterId);
    return {
      close: () => {
        subscription.close();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscriptions.clear();
    await this.#reader.close();
    // What was published last is sent first; without Redis it is gone, as everything that waited.
    if (isReady(this.#publisher)) {
      const timer = setTimeout(() => this.#publisher.disconnect(), patienceMs);
      await this.#publisher.quit().catch(() => {});
      clearTimeout(timer);
    }
    this.#publisher.disconnect();
  }

  /** After a loss, the next that arrives is followed by a mark that tells every reader of the gap. */
  async #send(event: PixmillEvent | "lost"): Promise<void> {
    this.#unsent += 1;
    try {
      await this.#stream.append(this.#publisher, event);
    } catch (error) {
      if (this.#closed) return;
      this.#lost = true;
      this.#warn(error);
      return;
    } finally {
      this.#unsent -= 1;
    }
    if (!this.#lost) return;
    this.#lost = false;
    await this.#send("lost");
  }

  /** Read on the publisher's connection, behind what this process has published before. */
  async #catchUp(subscription: StreamSubscription, afterId: string): Promise<void> {
    await this.#reader.positioned(patienceMs);
    const { run, id } = entryIdOf(afterId) ?? {};
    let missed: Entry[] | undefined;
    try {
      const known = run !== undefined && run === this.#reader.position?.run && isReady(this.#publisher);
      if (known && id !== undefined) missed = await this.#stream.after(this.#publisher, id);
    } catch (error) {
      this.#warn(error);
    }
    subscription.resume(missed, this.#idOf, this.#newestId());
  }

  #tellHeartbeat({ event }: Entry): void {
    if (event === "lost" || event === "unknown") return;
    this.#each((subscription) => subscription.heartbeat(event, this.#idOf, this.#newestId()));
  }

  #each(tell: (subscription: StreamSubscription) => void): void {
    for (const subscription of this.#subscriptions) tell(subscription);
  }

  #newestId(): string {
    return this.#idOf(this.#reader.position?.id ?? beforeAll);
  }

  readonly #idOf = (entryId: string): string => `${this.#reader.position?.run ?? "0"}.${entryId}`;
}

/** The two parts of an id that readers see; `undefined` for what is none of ours. */
function entryIdOf(text: string): { readonly run: string; readonly id: string } | undefined {
  const [, run, id] = /^(\w+)\.(\d{1,15}-\d{1,20})$/.exec(text) ?? [];
  return run !== undefined && id !== undefined ? { run, id } : undefined;
}
