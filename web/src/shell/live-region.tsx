import { announcement } from "../announce.ts";

/** Tells a screen reader what happens. What is said twice is a new element each time: else it would be heard once. */
export function LiveRegion() {
  const { text, turn } = announcement.value;
  return (
    <div class="unseen" role="status" aria-live="polite">
      <p key={turn}>{text}</p>
    </div>
  );
}
