import { useSignal } from "@preact/signals";
import { announce } from "../announce.ts";
import { words } from "../words.ts";
import { copyText } from "./copy-text.ts";

const shownMs = 2_000;

interface CopyButtonProps {
  readonly label: string;
  /** What is copied, for those who hear the button alone. */
  readonly subject: string;
  readonly text: string;
}

/** Copies a text, and says so in its own place for a moment. */
export function CopyButton({ label, subject, text }: CopyButtonProps) {
  const said = useSignal<string | null>(null);
  const copy = async () => {
    const { copied, notCopied } = words.value.actions;
    said.value = await copyText(text).then(
      () => copied,
      () => notCopied,
    );
    announce(said.value);
    setTimeout(() => {
      said.value = null;
    }, shownMs);
  };
  return (
    <button type="button" aria-label={words.value.actions.on(label, subject)} onClick={copy}>
      {said.value ?? label}
    </button>
  );
}
