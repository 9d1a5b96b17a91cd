import { type Signal, batch as together, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Batch, listBatches } from "../../api/batches.ts";
import { type Trouble, troubleOf } from "../../api/problem.ts";
import { follow } from "../../live/events.ts";
import { mergeBatches } from "./batch-counts.ts";

interface Batches {
  /** `null` until the first page is there. */
  readonly batches: Signal<readonly Batch[] | null>;
  /** Where the next older page begins; `null` when there is none. */
  readonly cursor: Signal<string | null>;
  readonly trouble: Signal<Trouble | null>;
  readonly loadFirst: () => void;
  readonly loadMore: () => void;
}

/** All batches, newest first, kept true by events. */
export function useBatches(): Batches {
  const batches = useSignal<readonly Batch[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const trouble = useSignal<Trouble | null>(null);
  /** What events told while an answer is awaited. */
  const told = useRef<Batch[] | null>(null);
  const end = useMemo(() => new AbortController(), []);

  const load = async (from?: string) => {
    told.current ??= [];
    try {
      const page = await listBatches(from, end.signal);
      together(() => {
        trouble.value = null;
        if (from !== undefined || batches.value === null) cursor.value = page.nextCursor;
        // What events told since it was asked is newer than the answer.
        batches.value = mergeBatches(mergeBatches(batches.value ?? [], page.items), told.current ?? []);
      });
    } catch (error) {
      if (!end.signal.aborted) trouble.value = troubleOf(error);
    }
    told.current = null;
  };

  useEffect(() => {
    const stop = follow((events) => {
      const news = events.flatMap((event) => ("batch" in event ? [event.batch] : []));
      told.current?.push(...news);
      if (batches.value) batches.value = mergeBatches(batches.value, news);
      if (events.some(({ type }) => type === "lost")) void load();
    });
    void load();
    return () => {
      stop();
      end.abort();
    };
  }, []);

  return {
    batches,
    cursor,
    trouble,
    loadFirst: () => void load(),
    loadMore: () => void load(cursor.value ?? undefined),
  };
}
