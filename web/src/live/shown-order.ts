import { signal } from "@preact/signals";

/** The images of the gallery that was looked at last, in its order: what "previous" and "next" mean in the viewer. */
export const shownOrder = signal<readonly string[]>([]);

/** The ids before and after one in that order, where there are any. */
export function neighboursOf(
  id: string,
  order: readonly string[],
): { previous: string | undefined; next: string | undefined } {
  const at = order.indexOf(id);
  if (at < 0) return { previous: undefined, next: undefined };
  return { previous: order[at - 1], next: order[at + 1] };
}
