import { useEffect } from "preact/hooks";
import { go, hrefOf } from "../../address.ts";
import { lastList, neighboursOf } from "../../live/last-list.ts";
import { words } from "../../words.ts";

/** Back to the list that one came from, and to the images beside this one in it; with the arrow keys too. */
export function Way({ id }: { id: string }) {
  const say = words.value.viewer;
  const { view, href } = lastList.value;
  const { previous, next } = neighboursOf(id, lastList.value);
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const to = event.key === "ArrowLeft" ? previous : event.key === "ArrowRight" ? next : undefined;
      if (to && isFree(event)) go(hrefOf("viewer", { image: to }));
    };
    addEventListener("keydown", turn);
    return () => removeEventListener("keydown", turn);
  }, [previous, next]);
  return (
    <nav class="viewer-way" aria-label={say.way}>
      <a href={href}>{say.back(words.value.views[view] ?? words.value.views.images)}</a>
      {previous && (
        <a href={hrefOf("viewer", { image: previous })} aria-keyshortcuts="ArrowLeft">
          {say.previous}
        </a>
      )}
      {next && (
        <a href={hrefOf("viewer", { image: next })} aria-keyshortcuts="ArrowRight">
          {say.next}
        </a>
      )}
    </nav>
  );
}

/** Fields, the slider among them, have arrow keys of their own. */
function isFree({ target, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  const isField = target instanceof Element && target.closest("input, select, textarea, pre") !== null;
  return !isField && !altKey && !ctrlKey && !metaKey && !shiftKey;
}
