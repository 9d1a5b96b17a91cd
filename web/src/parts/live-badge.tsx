import "./live-badge.css";
import { liveState } from "../live/events.ts";
import { words } from "../words.ts";

/** Whether what is shown is told as it happens, or the connection is being looked for. */
export function LiveBadge() {
  const state = liveState.value === "open" ? "open" : liveState.value === "interrupted" ? "lost" : "opening";
  return (
    <p class={`live live-${state}`} role="status">
      {words.value.live[state]}
    </p>
  );
}
