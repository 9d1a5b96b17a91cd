import { setTimeout as sleep } from "node:timers/promises";
import { awakeDeadline } from "../awake-deadline.ts";
import { isPassing, S3Interrupted, s3Fault } from "./s3-fault.ts";

/** How long S3 is waited for. */
export interface S3Patience {
  /** Of one request, the first included. */
  readonly tries: number;
  /** No try begins later than this after the first. Milliseconds. */
  readonly withinMs: number;
  /** A request whose answer, or whose next bytes, take longer is given up and made again. Milliseconds. */
  readonly stallMs: number;
  /** The longest pause before the second try; twice as long before each further one. Milliseconds. */
  readonly pauseMs: number;
}

/** Together less than a worker's patience with a step of storage, and less than a client's with an upload. */
export const usualPatience: S3Patience = { tries: 6, withinMs: 30_000, stallMs: 10_000, pauseMs: 200 };

/** Gives a request up when nothing was heard of it for `stallMs`. */
export class StallGuard {
  readonly #stallMs: number;
  readonly #controller = new AbortController();
  #callOff = () => {};

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives it up at once. */
  abort(): void {
    this.#controller.abort();
  }

  /** Something moved. */
  touch(): void {
    this.#callOff();
    this.#callOff = awakeDeadline(this.#stallMs, () => this.#controller.abort());
  }

  end(): void {
    this.#callOff();
  }
}

/**
 * Makes a request until it succeeds, is refused, or patience ends, and throws errors of our table. Pauses are drawn
 * from nothing up to their limit ("full jitter"), so that a fleet that failed together does not come back together.
 * `onRetry` hears of each failure that is not the last.
 */
export async function withRetries<T>(
  { tries, withinMs, stallMs, pauseMs }: S3Patience,
  request: (guard: StallGuard) => Promise<T>,
  onRetry: (error: unknown) => void,
): Promise<T> {
  const startedAt = performance.now();
  for (let made = 1; ; made += 1) {
    const guard = new StallGuard(stallMs);
    try {
      return await request(guard);
    } catch (error) {
      const pause = Math.random() * pauseMs * 2 ** (made - 1);
      const isLate = performance.now() - startedAt + pause > withinMs;
      if (made >= tries || isLate || !isPassing(error)) throw s3Fault(error);
      onRetry(error);
      await sleep(pause);
    } finally {
      guard.end();
    }
  }
}

/** The pieces of a body; one that `stallMs` is waited for in vain ends it. The time between two is the reader's. */
export async function* piecesInTime(
  body: AsyncIterable<Uint8Array>,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  for (;;) {
    const late = Promise.withResolvers<never>();
    const callOff = awakeDeadline(stallMs, () =>
      late.reject(new S3Interrupted("The next bytes did not come.")),
    );
    try {
      const next = await Promise.race([pieces.next(), late.promise]);
      if (next.done) return;
      yield next.value;
    } finally {
      callOff();
    }
  }
}
