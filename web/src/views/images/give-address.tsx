import "./give-address.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { announce } from "../../announce.ts";
import { sentenceOf } from "../../api/problem.ts";
import { showEverything } from "../../live/scope.ts";
import { addressesIn, isWebAddress, mostAddresses, offeredAddresses } from "../../uploads/given-addresses.ts";
import { sendAddresses } from "../../uploads/send-addresses.ts";
import { words } from "../../words.ts";

/** Images that lie on the web: workers fetch them. Several addresses, with spaces between them, are a batch. */
export function GiveAddress() {
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const { addressLabel, addressSend, addressesSent, noAddress, tooManyAddresses } = words.value.intake;

  useSignalEffect(() => {
    if (!offeredAddresses.value || !input.current) return;
    input.current.value = offeredAddresses.value;
    input.current.focus();
    offeredAddresses.value = "";
  });

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.peek()) return;
    const addresses = addressesIn(input.current?.value ?? "");
    const wrong = addresses.find((address) => !isWebAddress(address));
    problem.value = null;
    if (addresses.length === 0) return;
    if (wrong) problem.value = noAddress(wrong);
    else if (addresses.length > mostAddresses) problem.value = tooManyAddresses(mostAddresses);
    if (problem.value) return input.current?.focus();
    busy.value = true;
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
      <button type="submit" aria-disabled={busy.value}>
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
