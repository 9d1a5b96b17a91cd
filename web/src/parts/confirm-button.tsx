import "./confirm-button.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words.ts";

interface ConfirmButtonProps {
  readonly label: string;
  /** What it acts on, for those who hear the button alone. */
  readonly subject: string;
  readonly question: string;
  /** What was confirmed is under way. */
  readonly busy: boolean;
  readonly onConfirm: () => void;
}

/** A button for what cannot be undone: it asks once, in its own place. Escape and "Keep" take it back. */
export function ConfirmButton({ label, subject, question, busy, onConfirm }: ConfirmButtonProps) {
  const asking = useSignal(false);
  const wasAsking = useRef(false);
  const first = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);

  // The focus goes with the question, and back, so that the keyboard never falls out of the row.
  useEffect(() => {
    if (asking.value) keep.current?.focus();
    else if (wasAsking.current) first.current?.focus();
    wasAsking.current = asking.value;
  }, [asking.value]);

  if (!asking.value) {
    return (
      <button
        ref={first}
        type="button"
        aria-disabled={busy}
        aria-label={words.value.actions.on(label, subject)}
        onClick={() => {
          asking.value = true;
        }}
      >
        {label}
      </button>
    );
  }
  return (
    <fieldset
      class="confirm"
      aria-label={words.value.actions.on(label, subject)}
      onKeyDown={(event) => {
        if (event.key === "Escape") asking.value = false;
      }}
    >
      <span>{question}</span>
      <button type="button" ref={keep} onClick={() => (asking.value = false)}>
        {words.value.actions.keep}
      </button>
      <button type="button" class="danger" aria-disabled={busy} onClick={onConfirm}>
        {label}
      </button>
    </fieldset>
  );
}
