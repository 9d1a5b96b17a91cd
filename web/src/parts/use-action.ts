import { type Signal, useSignal } from "@preact/signals";
import { sentenceOf } from "../service/problem.ts";

export interface Action {
  /** Buttons are off meanwhile. */
  readonly busy: Signal<boolean>;
  /** Why the last one did not work. */
  readonly problem: Signal<string | null>;
  /** Runs one after the other; never rejects. */
  readonly run: (action: () => Promise<void>) => Promise<void>;
}

/** What a person does with a thing, and what came of it. */
export function useAction(): Action {
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
  return { busy, problem, run };
}
