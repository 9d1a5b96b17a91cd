import "./picture.css";
import { type Image, serviceUrl } from "../../api/call.ts";
import { ResultImage } from "../../parts/result-image.tsx";
import { words } from "../../words.ts";

/** The first result, as a link to itself; an empty tile of the picture's colour until there is one. */
export function Picture({ image }: { image: Image }) {
  const ready = image.variants.find((variant) => variant.status === "ready");
  if (!ready) {
    return (
      <div
        class={image.status === "processing" ? "tile tile-working" : "tile"}
        style={{ backgroundColor: image.placeholder?.color }}
        aria-hidden="true"
      />
    );
  }
  return (
    <a class="tile" href={serviceUrl(ready.url)} target="_blank" rel="noopener">
      <ResultImage variant={ready} alt={words.value.image.result(image.filename)} />
    </a>
  );
}
