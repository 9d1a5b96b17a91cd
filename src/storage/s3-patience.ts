import { setTimeout as sleep } from "node:timers/promises";
import { awakeDeadline } from "../awake-deadline.ts";
import { isPassing, S3Interrupted, s3Fault } from "./s3-fault.ts";

/** How long S3 is waited for. */
export interface S3Patience {
  /** Of one request, the first included. */
  readonly tries: number;
  /** No try begins later than this after the first, or after something last moved. Milliseconds. */
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
  readonly #silence = Promise.withResolvers<never>();
  #movedAt = 0;
  #callOff: () => void;

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
    this.#callOff = this.#wait();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** When something last moved, by `performance.now()`; 0: never. */
  get movedAt(): number {
    return this.#movedAt;
  }

  /** Rejects when it is given up, also where the client waits for something else than S3, as for credentials. */
  get silence(): Promise<never> {
    return this.#silence.promise;
  }

  /** Something moved. */
  touch(): void {
    this.#movedAt = performance.now();
    this.#callOff();
    this.#callOff = this.#wait();
  }

  /** Gives it up at once. */
  abort(): void {
    this.#controller.abort();
  }

  end(): void {
    this.#callOff();
  }

  #wait(): () => void {
    return awakeDeadline(this.#stallMs, () => {
      this.#controller.abort();
      this.#silence.reject(new S3Interrupted("No answer came."));
    });
  }
}

/** Drawn from nothing up to a limit that doubles ("full jitter"): a fleet that failed together comes back one by one. */
export async function pauseAfter(failures: number, { pauseMs }: Pick<S3Patience, "pauseMs">): Promise<void> {
  await sleep(Math.random() * pauseMs * 2 ** (failures - 1));
}

/**
 * Makes a request until it succeeds, is refused, or patience ends, and throws errors of our table. `onRetry` hears of
 * each failure that is not the last.
 */
export async function withRetries<T>(
  patience: S3Patience,
  request: (guard: StallGuard) => Promise<T>,
  onRetry: (error: unknown) => void,
): Promise<T> {
  let movedAt = performance.now();
  for (let made = 1; ; made += 1) {
    const guard = new StallGuard(patience.stallMs);
    try {
      return await Promise.race([request(guard), guard.silence]);
    } catch (error) {
      movedAt = Math.max(movedAt, guard.movedAt);
      const isLate = performance.now() - movedAt > patience.withinMs;
      if (made >= patience.tries || isLate || !isPassing(error)) throw s3Fault(error);
      onRetry(error);
      await pauseAfter(made, patience);
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
