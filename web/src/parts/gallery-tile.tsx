import { hrefOf } from "../address.ts";
import type { Image, Variant } from "../api/call.ts";
import { words } from "../words.ts";
import { placeholderUrl } from "./placeholder.ts";
import { ResultImage } from "./result-image.tsx";

/** A tile is about this wide, in pixels of the page. */
const tileWidth = 176;

/** One image: its result, or its state until there is one; leads to the viewer. */
export function GalleryTile({ image }: { image: Image }) {
  const ready = tileVariant(image.variants);
  const blur = placeholderUrl(image);
  return (
    <li class="shot">
      <a href={hrefOf("viewer", { image: image.id })}>
        <span
          class={image.status === "processing" ? "shot-picture shot-working" : "shot-picture"}
          style={{ backgroundImage: blur ? `url("${blur}")` : null }}
        >
          {ready && <ResultImage variant={ready} alt="" />}
        </span>
        <span class="shot-name">{image.filename}</span>
        {image.status !== "done" && (
          <span class={`state state-${image.status}`}>{words.value.image.states[image.status]}</span>
        )}
      </a>
    </li>
  );
}

/** The smallest that fills the tile on a sharp screen, else the largest. */
function tileVariant(variants: readonly Variant[]) {
  const ready = variants.filter((variant) => variant.status === "ready").sort((a, b) => a.width - b.width);
  return ready.find(({ width }) => width >= tileWidth * 1.5) ?? ready.at(-1);
}
