import { useSignal } from "@preact/signals";
import { type Image, type ReadyVariant, serviceUrl } from "../../api/call.ts";
import { placeholderUrl } from "../../parts/placeholder.ts";
import { formatPercent } from "../../parts/times.ts";
import { words } from "../../words.ts";

/** A small result is not blown up beyond this width, in pixels. */
const leastWidth = 480;
/** Sides that differ by less are the same shape: sizes are whole pixels. */
const sameShape = 0.02;

/**
 * The original on the left of a line, the result on its right. The line is a slider over the whole picture: it is
 * dragged anywhere, and moved with the arrow keys.
 */
export function Compare({ image, variant }: { image: Image; variant: ReadyVariant }) {
  const say = words.value.viewer;
  const at = useSignal(50);
  const unseen = useSignal(false);
  const resultUnseen = useSignal(false);
  const { original } = image;
  const { width, height } = variant;
  const shape = width / height;
  const isCut = original !== null && Math.abs(original.width / original.height / shape - 1) > sameShape;
  const blur = placeholderUrl(image);
  return (
    <figure class="compare-figure">
      <div
        class="compare"
        style={{
          "--at": `${at.value}%`,
          aspectRatio: `${width} / ${height}`,
          width: `min(100%, ${Math.round(70 * shape)}vh, ${Math.max(width, leastWidth)}px)`,
          backgroundImage: blur ? `url("${blur}")` : null,
        }}
      >
        {original && !unseen.value && (
          <img
            class="compare-before"
            src={serviceUrl(original.url)}
            alt={say.before(image.filename)}
            decoding="async"
            onError={() => {
              unseen.value = true;
            }}
          />
        )}
        <img
          class="compare-after"
          src={serviceUrl(variant.url)}
          alt={words.value.image.result(image.filename)}
          decoding="async"
          onError={() => {
            resultUnseen.value = true;
          }}
        />
        <input
          class="compare-control"
          type="range"
          min={0}
          max={100}
          value={at.value}
          aria-label={say.slider}
          aria-valuetext={say.sliderAt(formatPercent(at.value / 100))}
          onInput={(event) => {
            at.value = event.currentTarget.valueAsNumber;
          }}
        />
        <span class="compare-line" aria-hidden="true" />
        <span class="compare-label compare-label-before" aria-hidden="true">
          {words.value.image.original}
        </span>
        <span class="compare-label compare-label-after" aria-hidden="true">
          {variant.name}
        </span>
      </div>
      {resultUnseen.value && (
        <figcaption>
          <span class="reason" role="alert">
            {say.resultUnseen}
          </span>
        </figcaption>
      )}
      {(unseen.value || isCut) && !resultUnseen.value && (
        <figcaption class="hint">{unseen.value ? say.originalUnseen : say.originalCut}</figcaption>
      )}
    </figure>
  );
}
