import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, type PixmillClient, type PixmillEvent } from "../client/index.ts";
import type { Found } from "./image-or-batch.ts";

/** Milliseconds that the last events may take after the end that they tell of. */
const lastEventsMs = 2_000;

interface FollowOptions {
  readonly client: PixmillClient;
  readonly signal: AbortSignal;
  /** Told of what happens on the way, as far as the service can tell. */
  readonly onEvent?: (event: PixmillEvent) => void;
}

/**
 * The image or the batch once it is final. It is asked for as well as listened to: events can be lost with the Redis
 * that held them, and the end must not be.
 */
export async function follow(found: Found, { client, signal, onEvent }: FollowOptions): Promise<Found> {
  if (isOver(found)) return found;
  const over = new AbortController();
  const told = Promise.withResolvers<void>();
  const listening = onEvent && listen();
  try {
    if ("image" in found) return { image: await client.wait(found.image.id, { signal }) };
    const batch = await client.batches.wait(found.batch.id, { signal });
    // Its images are told of by events alone.
    if (listening) await Promise.race([told.promise, sleep(lastEventsMs, undefined, { signal, ref: false })]);
    return { batch };
  } finally {
    over.abort();
    await listening;
  }

  async function listen(): Promise<void> {
    const filter = "image" in found ? { imageId: found.image.id } : { batchId: found.batch.id };
    try {
      const events = client.subscribe({ ...filter, signal: AbortSignal.any([signal, over.signal]) });
      for await (const event of events) {
        onEvent?.(event);
        if (event.type === "batch.done") told.resolve();
      }
    } catch {
      // There is no stream: the end is found by asking.
    }
    told.resolve();
  }
}

function isOver(found: Found): boolean {
  return "image" in found ? isFinal(found.image) : isFinal(found.batch);
}
