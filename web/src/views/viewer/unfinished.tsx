import type { Image } from "../../api/call.ts";
import { placeholderUrl } from "../../parts/placeholder.ts";
import { words } from "../../words.ts";

/** What stands where before and after would be: the placeholder, and why there is no result. */
export function Unfinished({ image }: { image: Image }) {
  const blur = placeholderUrl(image);
  const say = words.value.failures;
  const reason = image.error && (say.reasons[image.error.code] ?? say.otherReason);
  return (
    <div class="unfinished" style={{ backgroundImage: blur ? `url("${blur}")` : null }}>
      {reason ? (
        <p class="unfinished-note">
          <strong>{reason.title}</strong> {reason.advice}
        </p>
      ) : (
        <p class="unfinished-note">{words.value.viewer.noResult}</p>
      )}
    </div>
  );
}
