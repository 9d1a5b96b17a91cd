import { PixmillError } from "../errors.ts";
import { type AddressPolicy, checkAddress } from "../fetch/address-policy.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import type { SubmitOptions } from "./submit-options.ts";

/** Longer ones do not pass the usual proxies. */
const maxLength = 2_048;

/** Where a request wants to be called back, `null` for nowhere. Rejects with `invalid_request` for a forbidden one. */
export function callbackOf(
  { callbacks }: Pick<ResizeDependencies, "callbacks">,
  { callbackUrl }: SubmitOptions,
): string | null {
  return callbackUrl === undefined ? null : checkCallback(callbackUrl, callbacks);
}

/**
 * An address for webhooks as it is kept. What can be told to lead inside without asking DNS is refused here, with
 * `invalid_request`; what its name stands for is judged at each attempt.
 */
function checkCallback(given: string, policy: AddressPolicy): string {
  if (given.length > maxLength) throw refusal(`must be at most ${maxLength} characters long`);
  try {
    return checkAddress(given, policy).href;
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error;
    throw refusal(error.message.replace(/^The address /, "").replace(/\.$/, ""));
  }
}

function refusal(message: string): PixmillError {
  return new PixmillError("invalid_request", {
    detail: `callbackUrl: ${message}.`,
    fields: [{ field: "callbackUrl", message }],
  });
}
