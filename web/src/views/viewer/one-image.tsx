import { useSignal } from "@preact/signals";
import { hrefOf } from "../../address.ts";
import type { Image } from "../../api/call.ts";
import { neighboursOf, shownOrder } from "../../live/shown-order.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { words } from "../../words.ts";
import { Compare } from "./compare.tsx";
import { Facts } from "./facts.tsx";
import { Unfinished } from "./unfinished.tsx";
import { useImage } from "./use-image.ts";
import { VariantTable } from "./variant-table.tsx";
import { ViewerActions } from "./viewer-actions.tsx";

/** Before and after, every variant, and what is known of the original. */
export function OneImage({ id }: { id: string }) {
  const { value, trouble, again } = useImage(id);
  const image = value.value;
  return (
    <article class="viewer" aria-labelledby="viewer-title" aria-busy={image === null}>
      <Way id={id} />
      <TroubleNotice trouble={trouble.value} onAgain={again} />
      {image ? (
        <Shown image={image} again={again} />
      ) : (
        !trouble.value && <p class="hint">{words.value.shell.loading}</p>
      )}
    </article>
  );
}

/** Back, and to the images beside it in the gallery that one came from. */
function Way({ id }: { id: string }) {
  const say = words.value.viewer;
  const { previous, next } = neighboursOf(id, shownOrder.value);
  return (
    <nav class="viewer-way" aria-label={say.way}>
      <a href={hrefOf("gallery")}>{say.back}</a>
      {previous && <a href={hrefOf("viewer", { image: previous })}>{say.previous}</a>}
      {next && <a href={hrefOf("viewer", { image: next })}>{say.next}</a>}
    </nav>
  );
}

function Shown({ image, again }: { image: Image; again: () => void }) {
  const chosen = useSignal<string | null>(null);
  const ready = image.variants.filter((variant) => variant.status === "ready");
  const shown = ready.find(({ name }) => name === chosen.value) ?? ready[0];
  return (
    <>
      <div class="viewer-head">
        <h2 id="viewer-title" class="viewer-title">
          {image.filename}
        </h2>
        <span class={`state state-${image.status}`}>{words.value.image.states[image.status]}</span>
      </div>
      {shown ? <Compare key={shown.name} image={image} variant={shown} /> : <Unfinished image={image} />}
      <ViewerActions image={image} again={again} />
      <VariantTable
        image={image}
        compared={shown?.name ?? null}
        onCompare={(name) => {
          chosen.value = name;
        }}
      />
      <Facts image={image} />
    </>
  );
}
