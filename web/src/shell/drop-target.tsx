import "./drop-target.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import { takeDrop, takeFiles } from "../uploads/take-files.ts";
import { words } from "../words.ts";

/** Makes the whole window take dropped and pasted files, and shows so while they hover. */
export function DropTarget() {
  const hovering = useSignal(false);

  useSignalEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      hovering.value = true;
    };
    // Without a related target the pointer left the window, not just an element in it.
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) hovering.value = false;
    };
    const drop = (event: DragEvent) => {
      hovering.value = false;
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      void takeDrop(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent) => void takeFiles(event.clipboardData?.files ?? []);

    const listening = new AbortController();
    const { signal } = listening;
    addEventListener("dragover", over, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("drop", drop, { signal });
    addEventListener("paste", paste, { signal });
    return () => listening.abort();
  });

  return hovering.value ? (
    <div class="drop-veil" aria-hidden="true">
      <p>{words.value.shell.dropHere}</p>
    </div>
  ) : null;
}
