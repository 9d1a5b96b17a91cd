import { type Signal, useSignal } from "@preact/signals";
import { sentenceOf } from "../api/problem.ts";

export interface Action {
  /** Buttons do nothing meanwhile. They stay where the focus can be: `aria-disabled`. */
  readonly busy: Signal<boolean>;
  /** Why the last one did not work. */
  readonly problem: Signal<string | null>;
  /** Runs one after the other; never rejects. */
  readonly run: (action: () => Promise<void>) => Promise<void>;
  /** As `run`, for what changes the state of the thing, which may also have moved on by itself: it is looked at anew. */
  readonly change: (action: () => Promise<void>) => Promise<void>;
}

/** What a person does with a thing, and what came of it. */
export function useAction(lookAgain: () => void = () => {}): Action {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const run = async (action: () => Promise<void>) => {
    if (busy.peek()) return;
    busy.value = true;
    problem.value = null;
    try {
      await action();
    } catch (error) {
      problem.value = sentenceOf(error);
    }
    busy.value = false;
  };
  const change = (action: () => Promise<void>) => run(() => action().finally(lookAgain));
  return { busy, problem, run, change };
}
