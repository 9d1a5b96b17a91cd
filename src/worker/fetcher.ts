import { setTimeout as sleep } from "node:timers/promises";
import type { DueSource } from "../catalog/sources.ts";
import { type FetchDependencies, fetchSource } from "../resize/fetch-source.ts";
import { FetchPlaces } from "./fetch-places.ts";
import { Outage } from "./outage.ts";
import { repeat } from "./repeat.ts";

/**
 * Downloads of one worker at once. They wait for other people's servers and cost no pixels, so they have places of
 * their own: a source that drips for two minutes keeps no engine from its work. A batch that is alone gets 16.
 */
const maxDownloads = 36;
/** Of them, for images without a batch: somebody waits for those. */
const keptForSingles = 4;
/** How often a fetcher that nobody wakes looks for work: retries come due by the clock. Milliseconds. */
const lookEveryMs = 1_000;
/** A batch brings many at once: they wake it together. Milliseconds. */
const wakeAfterMs = 50;

interface Fetcher {
  /** Begins no new downloads. */
  quiet(): void;
  /** Waits for those that run; after `graceMs` breaks them off and gives their images back. */
  stop(graceMs: number): Promise<void>;
}

/** Fetches the originals of images that were submitted by address, straight from the catalog's list of them. */
export function startFetcher(dependencies: FetchDependencies): Fetcher {
  const { catalog, events, logger } = dependencies;
  const outage = new Outage(logger);
  const abort = new AbortController();
  const running = new Map<string, Promise<void>>();
  const places = new FetchPlaces({ all: maxDownloads, kept: keptForSingles });
  let quiet = false;
  let timer: NodeJS.Timeout | undefined;

  const fetchOne = async (image: Parameters<typeof fetchSource>[1]) => {
    try {
      await fetchSource(dependencies, image, abort.signal);
      outage.over();
    } catch (error) {
      // The catalog could not take what came of it. The claim, if there is one, runs out by itself.
      await outage.wait(error, abort.signal);
    }
  };
  const begin = (source: DueSource) => {
    // It may be running: begun by the look before, and not claimed yet.
    if (quiet || running.has(source.imageId) || !places.take(source)) return false;
    const fetching = fetchOne(source).finally(() => {
      running.delete(source.imageId);
      places.release(source);
      wake();
    });
    running.set(source.imageId, fetching);
    return true;
  };
  const look = async () => {
    let begun = true;
    // What came first may have taken all that it gets; then others are asked for.
    while (begun && !quiet && !places.isFull) {
      const due = await catalog.sources.due({ limit: maxDownloads, except: places.refused });
      begun = due.filter(begin).length > 0 && due.length === maxDownloads;
    }
  };
  // One look at a time: two would find the same images.
  let looking = Promise.resolve();
  const lookInTurn = () => {
    looking = looking.then(look, look);
    return looking;
  };
  const wake = () => {
    if (quiet || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      lookInTurn().catch((error: unknown) => outage.wait(error, abort.signal));
    }, wakeAfterMs);
    timer.unref();
  };
  const subscription = events.subscribe((event) => {
    if (event.type === "reset" || (event.type === "image.queued" && event.data?.toFetch === true)) wake();
  });
  const watch = repeat({
    everyMs: lookEveryMs,
    run: lookInTurn,
    failed: (error) => void outage.wait(error, abort.signal),
  });
  const becomeQuiet = () => {
    quiet = true;
    watch.stop();
    clearTimeout(timer);
    subscription.close();
  };
  return {
    quiet: becomeQuiet,
    async stop(graceMs) {
      becomeQuiet();
      await looking.catch(() => {});
      const waiting = new AbortController();
      const grace = sleep(graceMs, undefined, { signal: waiting.signal }).catch(() => {});
      await Promise.race([Promise.allSettled(running.values()), grace]);
      waiting.abort();
      abort.abort(new Error("The worker is stopping."));
      await Promise.allSettled(running.values());
    },
  };
}
