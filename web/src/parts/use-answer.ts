import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Trouble, troubleOf } from "../api/problem.ts";

export interface Answer<T> {
  /** The last good answer; what came before it stays when a later call fails. */
  readonly value: Signal<T | null>;
  readonly trouble: Signal<Trouble | null>;
  /** Asks once more, now. */
  readonly again: () => void;
  /** Something newer was told in another way: an answer that is on its way is dropped for a new one. */
  readonly put: (value: T) => void;
}

const longestPauseMs = 30_000;

/**
 * What a call answers, for as long as the component lives: once, or again every `everyMs` milliseconds while the page
 * is seen; less often while it fails. A call that is running is not doubled.
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { everyMs }: { readonly everyMs?: number } = {},
): Answer<T> {
  const value = useSignal<T | null>(null);
  const trouble = useSignal<Trouble | null>(null);
  const latest = useRef(ask);
  latest.current = ask;
  const again = useRef(() => {});
  const isOvertaken = useRef(false);

  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running = false;
    let wanted = false;
    let pause = everyMs ?? 0;

    const look = async (): Promise<void> => {
      clearTimeout(timer);
      wanted = running;
      if (running || end.signal.aborted) return;
      running = true;
      isOvertaken.current = false;
      try {
        const answer = await latest.current(end.signal);
        if (isOvertaken.current) wanted = true;
        else value.value = answer;
        trouble.value = null;
        pause = everyMs ?? 0;
      } catch (error) {
        if (end.signal.aborted) return;
        trouble.value = troubleOf(error);
        // What was refused will be refused: only a person asks again.
        pause = trouble.value.retryable ? Math.min((pause || (everyMs ?? 0)) * 2, longestPauseMs) : 0;
      }
      running = false;
      if (wanted) await look();
      else if (pause > 0) timer = setTimeout(lookWhenSeen, pause);
    };
    const lookWhenSeen = (): void => {
      if (document.visibilityState === "visible") void look();
      else timer = setTimeout(lookWhenSeen, pause);
    };

    again.current = () => void look();
    void look();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, []);

  const put = (told: T) => {
    value.value = told;
    isOvertaken.current = true;
  };
  return { value, trouble, again: () => again.current(), put };
}
