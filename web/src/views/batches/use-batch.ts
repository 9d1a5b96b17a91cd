import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { announce } from "../../announce.ts";
import { type Batch, getBatch } from "../../api/batches.ts";
import type { Trouble } from "../../api/problem.ts";
import { follow } from "../../live/events.ts";
import { useAnswer } from "../../parts/use-answer.ts";
import { words } from "../../words.ts";
import { endedOf, openOf } from "./batch-counts.ts";
import { comingTo } from "./coming.ts";
import { progressSentence } from "./progress-sentence.ts";
import { type Estimate, Pace } from "./remaining.ts";

/** Events tell of progress; this is for what they missed, and for the estimate to grow old. */
const askEveryMs = 15_000;
const estimateEveryMs = 1_000;

interface WatchedBatch {
  readonly batch: Signal<Batch | null>;
  readonly trouble: Signal<Trouble | null>;
  readonly estimate: Signal<Estimate>;
  readonly again: () => void;
}

/** A batch, live, with what can be said of the time that it still takes. Its quarters and its end are spoken. */
export function useBatch(id: string): WatchedBatch {
  const ask = (signal: AbortSignal) => getBatch(id, signal);
  const { value: batch, trouble, again, put } = useAnswer(ask, { everyMs: askEveryMs });
  const estimate = useSignal<Estimate>({ kind: "unknown" });
  const pace = useMemo(() => new Pace(), []);

  useEffect(
    () =>
      follow((events) => {
        const told = events.flatMap((event) =>
          "batch" in event && event.batch.id === id ? [event.batch] : [],
        );
        const last = told.at(-1);
        if (last) {
          if (batch.value) speak(batch.value, last);
          put(last);
        }
        if (events.some(({ type }) => type === "lost")) again();
      }),
    [id],
  );
  useEffect(() => {
    const look = () => {
      if (!batch.value) return;
      const now = performance.now();
      pace.note(endedOf(batch.value), now);
      estimate.value = pace.estimate(openOf(batch.value) + comingTo(batch.value), now);
    };
    const timer = setInterval(look, estimateEveryMs);
    look();
    return () => clearInterval(timer);
  }, []);

  return { batch, trouble, estimate, again };
}

function speak(before: Batch, after: Batch): void {
  const say = words.value.batches;
  const { counts } = after;
  const quarter = (batch: Batch) =>
    Math.floor((endedOf(batch) / Math.max(batch.counts.total + comingTo(batch), 1)) * 4);
  if (before.status !== "done" && after.status === "done") announce(say.isDone(counts.done, counts.failed));
  else if (openOf(after) > 0 && quarter(after) > quarter(before)) {
    announce(progressSentence(after));
  }
}
