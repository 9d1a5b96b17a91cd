import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "../logger.ts";
import { connectRedis, patientRedis, redisReady } from "../redis-connection.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { type Entry, type EventStream, toEntry } from "./event-stream.ts";

/** How long a read waits for news, and so how long an unnoticed flush may stay unnoticed; in milliseconds. */
const blockMs = 5_000;
const failedMs = 500;

/** Nothing is sent again by itself: after every loss of the connection the position is looked at afresh. */
const readerRedis = {
  ...patientRedis,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} as const;

/** Where a reader stands: an id of the stream, and the run of the server that gave it. */
export interface Position {
  readonly run: string;
  readonly id: string;
}

interface StreamListener {
  /** In order and without a gap since the last one, or since `gap`. */
  entry(entry: Entry): void;
  heartbeat(entry: Entry): void;
  /** What lies between the last position and this one is not, or not certainly, known. */
  gap(): void;
}

/** Follows the event stream on one blocking connection, through outages, flushes and restarts. */
export class StreamReader {
  readonly #stream: EventStream;
  readonly #listener: StreamListener;
  readonly #redis: Redis;
  readonly #warn: (error: unknown) => void;
  readonly #positioned = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;
  #position: Position | undefined;
  #heartbeatId = "";
  #closed = false;

  constructor(options: { url: string; logger: Logger; stream: EventStream; listener: StreamListener }) {
    this.#stream = options.stream;
    this.#listener = options.listener;
    this.#redis = connectRedis(options.url, readerRedis, options.logger);
    this.#warn = throttledWarning(options.logger, "event stream");
    this.#loop = this.#follow();
  }

  /** `undefined` until the first connection. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Resolves at the first position, or after `withinMs` without one. */
  async positioned(withinMs: number): Promise<void> {
    const timer = new AbortController();
    const late = sleep(withinMs, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#positioned.promise, late]);
    timer.abort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#redis.disconnect();
    await this.#loop;
  }

  async #follow(): Promise<void> {
    while (!this.#closed) {
      if (!(await redisReady(this.#redis, blockMs))) continue;
      try {
        let position = await this.#catchUp();
        while (!this.#closed) position = await this.#read(position);
      } catch (error) {
        if (this.#closed) return;
        this.#warn(error);
        await sleep(failedMs);
      }
    }
  }

  /**
   * A restarted server may have lost its newest events, and nothing in the stream would show it: only the id of
   * its run, which is part of our ids, does.
   */
  async #catchUp(): Promise<Position> {
    const run = /^run_id:(\w{8})/m.exec(await this.#redis.info("server"))?.[1] ?? "0";
    this.#heartbeatId = await this.#stream.newestId(this.#redis, this.#stream.heartbeatKey);
    const known = this.#position;
    const missed = known?.run === run ? await this.#stream.after(this.#redis, known.id) : undefined;
    if (!known || !missed) return await this.#startAfresh(run);
    return this.#tell(known, missed);
  }

  async #startAfresh(run: string): Promise<Position> {
    const position = { run, id: await this.#stream.newestId(this.#redis, this.#stream.key) };
    this.#position = position;
    this.#positioned.resolve();
    this.#listener.gap();
    return position;
  }

  async #read(position: Position): Promise<Position> {
    const { key, heartbeatKey } = this.#stream;
    const ids = [position.id, this.#heartbeatId] as const;
    const answer = await this.#redis.xread(
      "COUNT",
      1_000,
      "BLOCK",
      blockMs,
      "STREAMS",
      key,
      heartbeatKey,
      ...ids,
    );
    if (answer === null) return await this.#catchUp();
    let reached = position;
    for (const [source, items] of answer) {
      const entries = items.map(toEntry);
      if (source === key) {
        reached = this.#tell(reached, entries);
        continue;
      }
      for (const entry of entries) this.#listener.heartbeat(entry);
      this.#heartbeatId = entries.at(-1)?.id ?? this.#heartbeatId;
    }
    return reached;
  }

  #tell(from: Position, entries: readonly Entry[]): Position {
    let position = from;
    for (const entry of entries) {
      if (entry.previous !== position.id) this.#listener.gap();
      position = { run: from.run, id: entry.id };
      this.#position = position;
      this.#listener.entry(entry);
    }
    return position;
  }
}
