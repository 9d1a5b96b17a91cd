import "./drop-target.css";
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { locked } from "../api/call.ts";
import { showEverything } from "../live/scope.ts";
import { addressesOf, offeredAddresses } from "../uploads/given-addresses.ts";
import { takeDrop, takeFiles } from "../uploads/take-files.ts";
import { words } from "../words.ts";

/**
 * Makes the whole window take dropped and pasted files and addresses, and shows so while they hover. What is dropped
 * never leads away from the page, also while it waits for a key.
 */
export function DropTarget() {
  const hovering = useSignal(false);

  // Not after the first frame: what is dropped on a page that is just drawn counts too.
  useLayoutEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer || !isForUs(event.dataTransfer, event.target)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = locked.value ? "none" : "copy";
      hovering.value = !locked.value;
    };
    // Without a related target the pointer left the window, not just an element in it.
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) hovering.value = false;
    };
    const drop = (event: DragEvent) => {
      hovering.value = false;
      if (!event.dataTransfer || !isForUs(event.dataTransfer, event.target)) return;
      event.preventDefault();
      if (!locked.peek()) take(event.dataTransfer, takeDrop);
    };
    const paste = (event: ClipboardEvent) => {
      if (!event.clipboardData || locked.peek()) return;
      if (!event.clipboardData.types.includes("Files") && isText(event.target)) return;
      take(event.clipboardData, ({ files }) => takeFiles(files));
    };

    const listening = new AbortController();
    const { signal } = listening;
    // When the page changes under the pointer, the element that comes there is entered; a drop right then would be
    // lost if only hovering said that it is welcome.
    addEventListener("dragenter", over, { signal });
    addEventListener("dragover", over, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("drop", drop, { signal });
    addEventListener("paste", paste, { signal });
    return () => listening.abort();
  }, [hovering]);

  return hovering.value ? (
    <div class="drop-veil" aria-hidden="true">
      <p>{words.value.shell.dropHere}</p>
    </div>
  ) : null;
}

/** A link that is dropped into a text stays one. */
function isForUs({ types }: DataTransfer, target: EventTarget | null): boolean {
  return types.includes("Files") || (types.includes("text/uri-list") && !isText(target));
}

function isText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input:not([type=file]), textarea");
}

function take(transfer: DataTransfer, takeItsFiles: (transfer: DataTransfer) => Promise<void>): void {
  if (transfer.types.includes("Files")) {
    void takeItsFiles(transfer);
    return;
  }
  const addresses = addressesOf(transfer);
  if (addresses.length === 0) return;
  offeredAddresses.value = addresses.join(" ");
  showEverything();
}
