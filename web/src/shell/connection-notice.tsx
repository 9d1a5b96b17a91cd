import { useSignal, useSignalEffect } from "@preact/signals";
import { liveState } from "../live/events.ts";
import { words } from "../words.ts";

/** Milliseconds. A stream that is only opened anew is no news. */
const patience = 2_000;

export function ConnectionNotice() {
  const isLost = useSignal(false);
  useSignalEffect(() => {
    isLost.value = false;
    if (liveState.value !== "interrupted") return;
    const timer = setTimeout(() => {
      isLost.value = true;
    }, patience);
    return () => clearTimeout(timer);
  });
  if (!isLost.value) return null;
  return (
    <p class="notice" role="status">
      {words.value.shell.connectionLost}
    </p>
  );
}
