import { PixmillError } from "../errors.ts";

/** The answer to something that was thrown: an error of the table, and the status where HTTP is more exact. */
export interface Fault {
  readonly error: PixmillError;
  readonly status: number;
}

/** To be thrown where HTTP, or a protocol on it, has a more exact status than the code's own. */
export class ExactFault extends Error implements Fault {
  readonly error: PixmillError;
  readonly status: number;

  constructor(error: PixmillError, status: number) {
    super(error.message);
    this.error = error;
    this.status = status;
  }
}

/** What Fastify and its plugins throw, by their stable codes, in our words. */
const byCode: Readonly<Record<string, () => PixmillError>> = {
  FST_ERR_BAD_URL: () => invalid("The address is not validly percent-encoded."),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new PixmillError("file_too_large", { detail: "The request body is larger than is taken here." }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => invalid("The body is not as long as its Content-Length says."),
  FST_ERR_CTP_INVALID_JSON_BODY: () => invalid("The body is not valid JSON."),
  // Nothing has a name that is longer than the router reads.
  FST_ERR_MAX_PARAM_LENGTH: () => new PixmillError("not_found"),
};

/** Where only the status tells what happened: an error of a plugin, or of Node's own HTTP. */
function byStatus(status: number): PixmillError | undefined {
  if (status === 404) return new PixmillError("not_found");
  if (status === 405) return new PixmillError("method_not_allowed");
  if (status === 408) return new PixmillError("request_timeout");
  if (status === 412) return new PixmillError("precondition_failed");
  if (status === 413) return new PixmillError("file_too_large");
  if (status === 416) return new PixmillError("range_not_satisfiable");
  if (status >= 400 && status < 500) return new PixmillError("invalid_request");
  return undefined;
}

/** Anything that a request can end with. What is known of nowhere is a bug: `internal_error`, with its cause. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof ExactFault) return thrown;
  if (thrown instanceof PixmillError) return { error: thrown, status: thrown.status };
  const { code, statusCode } = (thrown ?? {}) as { code?: unknown; statusCode?: unknown };
  const named = typeof code === "string" && Object.hasOwn(byCode, code) ? byCode[code]?.() : undefined;
  if (named) return { error: named, status: named.status };
  const status = typeof statusCode === "number" ? statusCode : 500;
  const known = byStatus(status);
  if (known) return { error: known, status };
  const error = new PixmillError("internal_error", { cause: thrown });
  return { error, status: error.status };
}

function invalid(detail: string): PixmillError {
  return new PixmillError("invalid_request", { detail });
}
