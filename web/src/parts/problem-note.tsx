import type { Signal } from "@preact/signals";

/** Why an action did not work. */
export function ProblemNote({ problem }: { problem: Signal<string | null> }) {
  if (!problem.value) return null;
  return (
    <p class="reason" role="alert">
      {problem.value}
    </p>
  );
}
