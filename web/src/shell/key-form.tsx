import "./key-form.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { sentenceOf } from "../api/problem.ts";
import { enter } from "../api/session.ts";
import { words } from "../words.ts";

/** Stands where the images would be, when the service wants to know who asks. */
export function KeyForm() {
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);

  useEffect(() => input.current?.focus(), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.peek()) return;
    busy.value = true;
    problem.value = null;
    try {
      await enter(input.current?.value.trim() ?? "");
    } catch (error) {
      problem.value = sentenceOf(error);
      input.current?.select();
    }
    busy.value = false;
  };

  const { title, label, enter: enterLabel, hint } = words.value.key;
  return (
    <form class="key-form" onSubmit={submit}>
      <h2>{title}</h2>
      <label for="api-key">{label}</label>
      <input
        ref={input}
        id="api-key"
        type="password"
        autocomplete="current-password"
        aria-describedby="api-key-hint"
        required
      />
      <button type="submit" class="primary" aria-disabled={busy.value}>
        {enterLabel}
      </button>
      {problem.value && (
        <p class="reason" role="alert">
          {problem}
        </p>
      )}
      <p id="api-key-hint" class="hint">
        {hint}
      </p>
    </form>
  );
}
