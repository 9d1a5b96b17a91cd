import "./give-address.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { announce } from "../../announce.ts";
import { sentenceOf } from "../../api/problem.ts";
import { showEverything } from "../../live/scope.ts";
import { sendAddresses } from "../../uploads/send-addresses.ts";
import { words } from "../../words.ts";

/** Images that lie on the web: workers fetch them. Several addresses, with spaces between them, are a batch. */
export function GiveAddress() {
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const { addressLabel, addressSend, addressesSent } = words.value.intake;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const addresses = input.current?.value.trim().split(/\s+/).filter(Boolean) ?? [];
    if (addresses.length === 0) return;
    busy.value = true;
    problem.value = null;
    try {
      await sendAddresses(addresses);
      if (input.current) input.current.value = "";
      announce(addressesSent(addresses.length));
      showEverything();
    } catch (error) {
      problem.value = sentenceOf(error);
    }
    busy.value = false;
  };

  return (
    <form class="give-address" onSubmit={submit}>
      <label for="address">{addressLabel}</label>
      <input
        ref={input}
        id="address"
        type="text"
        inputMode="url"
        placeholder="https://"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem.value !== null}
        aria-describedby={problem.value ? "address-problem" : undefined}
      />
      <button type="submit" disabled={busy.value}>
        {addressSend}
      </button>
      {problem.value && (
        <p id="address-problem" class="reason" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
