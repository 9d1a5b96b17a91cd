import { checkCallback } from "./check-callback.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import type { SubmitOptions } from "./submit-options.ts";

/** The part of a new row that comes from the request. Rejects with `invalid_request` for a forbidden `callbackUrl`. */
export function submittedFields(
  { callbacks }: Pick<ResizeDependencies, "callbacks">,
  options: SubmitOptions,
) {
  const { metadata = {}, callbackUrl } = options;
  return { metadata, callbackUrl: callbackUrl === undefined ? null : checkCallback(callbackUrl, callbacks) };
}
