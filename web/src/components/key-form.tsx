import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { sentenceOf } from "../problem.ts";
import { enter } from "../session.ts";

/** Stands where the images would be, when the service wants to know who asks. */
export function KeyForm() {
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);

  useEffect(() => input.current?.focus(), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
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

  return (
    <form class="key-form" onSubmit={submit}>
      <h2>This service asks for an API key</h2>
      <label for="api-key">API key</label>
      <input
        ref={input}
        id="api-key"
        type="password"
        autocomplete="current-password"
        aria-describedby="api-key-hint"
        required
      />
      <button type="submit" class="primary" disabled={busy.value}>
        Enter
      </button>
      {problem.value && (
        <p class="reason" role="alert">
          {problem}
        </p>
      )}
      <p id="api-key-hint" class="hint">
        This browser keeps a session of twelve hours, not the key.
      </p>
    </form>
  );
}
