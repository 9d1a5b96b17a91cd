import type { ImageError } from "../api/call.ts";
import { reasonOf } from "../api/reason.ts";

/** Why an image failed: in words of the page, and the particulars in the service's own. */
export function FailureReason({ error }: { error: ImageError }) {
  const reason = reasonOf(error);
  return (
    <p>
      <span class="reason">{reason}</span>
      {reason !== error.message && (
        <>
          {" "}
          <span class="hint" lang="en">
            {error.message}
          </span>
        </>
      )}
    </p>
  );
}
