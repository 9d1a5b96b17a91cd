import { PixmillError } from "../errors.ts";
import { type AddressPolicy, checkAddress } from "../fetch/address-policy.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";

/** Longer ones do not pass the usual proxies. */
const maxLength = 2_048;

/**
 * An address for webhooks as it is kept. What can be told to lead inside without asking DNS is refused here, with
 * `invalid_request`; what its name stands for is judged at each attempt.
 */
export function checkCallback(given: string, policy: AddressPolicy): string {
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
