import "./wish-bar.css";
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { words } from "../words.ts";
import { summaryOf } from "./summary.ts";
import { wish } from "./wish.ts";

/** What will be made of the files that are given next, and the way to another choice. */
export function WishBar() {
  const panel = useSignal<{ readonly Panel: ComponentType } | null>(null);
  const isOpen = useSignal(false);
  const { makes, change, close } = words.value.wish;
  const toggle = async () => {
    isOpen.value = !isOpen.value;
    // The builder is large, and mostly not wanted.
    panel.value ??= await import("./wish-panel.tsx").then(
      ({ WishPanel }) => ({ Panel: WishPanel }),
      () => null,
    );
  };
  const Panel = panel.value?.Panel;
  return (
    <div class="wish">
      <div class="wish-bar">
        <p>
          {makes} <strong>{summaryOf(wish.value)}</strong>
        </p>
        <button
          type="button"
          class="small"
          aria-expanded={isOpen.value}
          aria-controls="wish-panel"
          onClick={() => void toggle()}
        >
          {isOpen.value ? close : change}
        </button>
      </div>
      <div id="wish-panel" hidden={!isOpen.value}>
        {Panel && isOpen.value && <Panel />}
      </div>
    </div>
  );
}
