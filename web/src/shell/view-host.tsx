import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { currentView, viewOf } from "../views.ts";
import { words } from "../words.ts";

/** Shows the view that the address names. The one before stays until it is there, so that nothing flickers. */
export function ViewHost() {
  const shown = useSignal<{ readonly View: ComponentType } | null>(null);
  const failed = useSignal(false);
  const isFirst = useRef(true);

  useSignalEffect(() => {
    const name = currentView.value;
    let isOld = false;
    failed.value = false;
    viewOf(name)
      .load()
      .then(
        (View) => {
          if (!isOld) shown.value = { View };
        },
        () => {
          if (!isOld) failed.value = true;
        },
      );
    // Whoever reads with ears or keys begins with the new view; the first one leaves the focus to the browser.
    if (!isFirst.current) document.getElementById("main")?.focus({ preventScroll: true });
    isFirst.current = false;
    return () => {
      isOld = true;
    };
  });
  useSignalEffect(() => {
    document.title = `${viewOf(currentView.value).title(words.value)} – Pixmill`;
  });

  const { notLoaded, reload, loading } = words.value.shell;
  if (failed.value) {
    return (
      <div class="notice" role="alert">
        <p>{notLoaded}</p>
        <button type="button" onClick={() => window.location.reload()}>
          {reload}
        </button>
      </div>
    );
  }
  if (!shown.value) return <p class="hint">{loading}</p>;
  const { View } = shown.value;
  return <View />;
}
