import type { Trouble } from "../api/problem.ts";
import { words } from "../words.ts";

/** Why a part of the page has nothing to show, with a way to ask once more where that can help. */
export function TroubleNotice({ trouble, onAgain }: { trouble: Trouble | null; onAgain: () => void }) {
  if (!trouble) return null;
  return (
    <div class="notice" role="alert">
      <p>{trouble.sentence}</p>
      {trouble.retryable && (
        <button type="button" onClick={onAgain}>
          {words.value.actions.tryAgain}
        </button>
      )}
    </div>
  );
}
