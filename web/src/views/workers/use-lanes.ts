import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { pageOfImages } from "../../api/batches.ts";
import { listWorkers } from "../../api/operations.ts";
import { type Trouble, troubleOf } from "../../api/problem.ts";
import { follow } from "../../live/events.ts";
import { type Lane, LaneBook } from "./lane-book.ts";

/** Lights go out by the clock, without an event. */
const drawEveryMs = 250;
/** Events may be missed, and a worker that leaves says no word. */
const askEveryMs = 10_000;
/** More than any fleet works on at once. */
const processingAsked = 200;

/** The lanes of the workers, live; `null` until the service has said who works. */
export function useLanes(): { lanes: Signal<readonly Lane[] | null>; trouble: Signal<Trouble | null> } {
  const lanes = useSignal<readonly Lane[] | null>(null);
  const trouble = useSignal<Trouble | null>(null);

  useEffect(() => {
    const end = new AbortController();
    const book = new LaneBook(performance.now());
    let isSeeded = false;
    const draw = () => {
      if (isSeeded) lanes.value = book.lanes(performance.now());
    };
    const ask = async () => {
      const askedAt = performance.now();
      try {
        const [workers, processing] = await Promise.all([
          listWorkers(end.signal),
          pageOfImages({ status: "processing" }, { limit: processingAsked }, end.signal),
        ]);
        book.seed(workers, processing.items, askedAt, performance.now());
        isSeeded = true;
        trouble.value = null;
      } catch (error) {
        if (!end.signal.aborted) trouble.value = troubleOf(error);
      }
      draw();
    };
    const stop = follow((events) => {
      book.hear(events, performance.now());
      if (events.some(({ type }) => type === "lost")) void ask();
      draw();
    });
    const drawing = setInterval(draw, drawEveryMs);
    const asking = setInterval(ask, askEveryMs);
    void ask();
    return () => {
      end.abort();
      stop();
      clearInterval(drawing);
      clearInterval(asking);
    };
  }, []);

  return { lanes, trouble };
}
