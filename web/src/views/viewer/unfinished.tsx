import { useSignal } from "@preact/signals";
import { type Image, type ImageError, serviceUrl } from "../../api/call.ts";
import { isFinal } from "../../live/image-state.ts";
import { placeholderUrl } from "../../parts/placeholder.ts";
import { words } from "../../words.ts";

/** What stands where before and after would be: the original, as far as the browser shows it, and why that is all. */
export function Unfinished({ image }: { image: Image }) {
  const unseen = useSignal(false);
  const blur = placeholderUrl(image);
  const say = words.value.viewer;
  const { filename, original, error, status } = image;
  return (
    <div class="unfinished" style={{ backgroundImage: blur ? `url("${blur}")` : null }}>
      {original && !unseen.value && (
        <img
          src={serviceUrl(original.url)}
          alt={say.before(filename)}
          decoding="async"
          onError={() => {
            unseen.value = true;
          }}
        />
      )}
      <p class="unfinished-note">
        {error ? <Reason error={error} /> : isFinal(status) ? say.neverMade : say.noResult}
      </p>
    </div>
  );
}

function Reason({ error }: { error: ImageError }) {
  const say = words.value.failures;
  const { title, advice } = say.reasons[error.code] ?? say.otherReason;
  return (
    <>
      <strong>{title}</strong> {advice}{" "}
      <span class="hint" lang="en">
        {error.message}
      </span>
    </>
  );
}
