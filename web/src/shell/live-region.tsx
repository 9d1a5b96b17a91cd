import { announcement } from "../announce.ts";

/** Tells a screen reader what became of the images. */
export function LiveRegion() {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}
