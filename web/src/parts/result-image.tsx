import { useSignal } from "@preact/signals";
import { type ReadyVariant, serviceUrl } from "../api/call.ts";
import { words } from "../words.ts";

/** A result as a picture; in its place a word when it does not come: its file is gone, or the session is over. */
export function ResultImage({ variant, alt }: { variant: ReadyVariant; alt: string }) {
  const isMissing = useSignal(false);
  if (isMissing.value) return <span class="hint">{words.value.image.notLoaded}</span>;
  return (
    <img
      src={serviceUrl(variant.url)}
      alt={alt}
      width={variant.width}
      height={variant.height}
      loading="lazy"
      decoding="async"
      onError={() => {
        isMissing.value = true;
      }}
    />
  );
}
