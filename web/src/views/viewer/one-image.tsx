import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { announce } from "../../announce.ts";
import type { Image } from "../../api/call.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useSubject } from "../../parts/use-subject.ts";
import { words } from "../../words.ts";
import { Compare } from "./compare.tsx";
import { Facts } from "./facts.tsx";
import { OriginalMetadata } from "./original-metadata.tsx";
import { Unfinished } from "./unfinished.tsx";
import { useImage } from "./use-image.ts";
import { VariantTable } from "./variant-table.tsx";
import { ViewerActions } from "./viewer-actions.tsx";

/** Before and after, every variant, and what is known of the original. */
export function OneImage({ id }: { id: string }) {
  const { value, trouble, again } = useImage(id);
  const image = value.value;
  const name = image?.filename ?? null;
  useSubject(name);
  useEffect(() => {
    if (name) announce(name);
  }, [name]);
  return (
    <article class="viewer" aria-labelledby="viewer-title" aria-busy={image === null}>
      <TroubleNotice trouble={trouble.value} onAgain={again} />
      {image ? (
        <Shown image={image} again={again} />
      ) : (
        !trouble.value && <p class="hint">{words.value.shell.loading}</p>
      )}
    </article>
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
      {image.original && <OriginalMetadata url={image.original.url} />}
    </>
  );
}
