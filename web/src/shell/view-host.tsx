import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { subject } from "../parts/use-subject.ts";
import { currentView, loadViews, viewOf } from "../views.ts";
import { words } from "../words.ts";

/** Milliseconds until a view that did not come is asked for again. */
const tryAgainMs = 3_000;

/** Shows the view that the address names. The one before stays until it is there, so that nothing flickers. */
export function ViewHost() {
  const shown = useSignal<{ readonly View: ComponentType } | null>(null);
  const failed = useSignal(false);
  const tries = useSignal(0);
  const isFirst = useRef(true);

  useSignalEffect(() => {
    const name = currentView.value;
    let again: ReturnType<typeof setTimeout> | undefined;
    let isOld = false;
    // Asked for anew with each try.
    void tries.value;
    viewOf(name)
      .load()
      .then(
        (View) => {
          if (isOld) return;
          failed.value = false;
          shown.value = { View };
          // What one wants to see while the service is away must have come before.
          whenIdle(loadViews);
        },
        () => {
          if (isOld) return;
          failed.value = true;
          again = setTimeout(() => {
            tries.value += 1;
          }, tryAgainMs);
        },
      );
    return () => {
      isOld = true;
      clearTimeout(again);
    };
  });
  useSignalEffect(() => {
    // Whoever reads with ears or keys begins with the new view; the first one leaves the focus to the browser.
    if (currentView.value && !isFirst.current)
      document.getElementById("main")?.focus({ preventScroll: true });
    isFirst.current = false;
  });
  useSignalEffect(() => {
    document.title = `${subject.value ?? viewOf(currentView.value).title(words.value)} – Pixmill`;
  });

  if (failed.value) return <NotLoaded onAgain={() => (tries.value += 1)} />;
  if (!shown.value) return <p class="hint">{words.value.shell.loading}</p>;
  const { View } = shown.value;
  return <View />;
}

/** Loading the page anew helps when the service has another version of it by now. */
function NotLoaded({ onAgain }: { onAgain: () => void }) {
  const { notLoaded, reload } = words.value.shell;
  return (
    <div class="notice" role="alert">
      <p>{notLoaded}</p>
      <button type="button" onClick={onAgain}>
        {words.value.actions.tryAgain}
      </button>{" "}
      <button type="button" onClick={() => window.location.reload()}>
        {reload}
      </button>
    </div>
  );
}

/** Not every browser says when it is idle. */
function whenIdle(action: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(action);
  else setTimeout(action, 1_000);
}
