import { language, words } from "../words.ts";

/** A call that the service refused or that never reached it. The message is a sentence to show. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** The same call can succeed later without a change. */
  readonly retryable: boolean;

  constructor(
    sentence: string,
    options: { status: number; code: string; retryable: boolean; cause?: unknown },
  ) {
    super(sentence, { cause: options.cause });
    this.status = options.status;
    this.code = options.code;
    this.retryable = options.retryable;
  }
}

/** No answer came. */
export function unreachable(cause?: unknown): RequestFailure {
  return new RequestFailure(words.peek().problems.unreachable, {
    status: 0,
    code: "unreachable",
    retryable: true,
    cause,
  });
}

const passing = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

/**
 * The failure that an answer with an error status tells: problem+json (RFC 9457) with the service's own `code`
 * and `errors`, or whatever a proxy in between wrote.
 */
export function problemOf(status: number, body: string): RequestFailure {
  const problem = parse(body);
  const code = text(problem.code) ?? "unknown";
  return new RequestFailure(sentenceFor(code, problem) ?? words.peek().problems.status(status), {
    status,
    code,
    retryable: passing.has(status),
  });
}

/** The page's own sentence, or what the service says of the whole and of single fields, each once. */
function sentenceFor(code: string, problem: Record<string, unknown>): string | undefined {
  const { problems, failures } = words.peek();
  const detail = text(problem.detail) ?? text(problem.title);
  // The service speaks English, and says more than a table can.
  const known =
    problems.codes[code] ?? (language.peek() === "en" ? undefined : failures.reasons[code]?.title);
  if (known || !detail) return known;
  return [detail, ...fieldSentences(problem.errors).filter((sentence) => !detail.includes(sentence))].join(
    " ",
  );
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldSentences(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: unknown) => {
    if (typeof error !== "object" || error === null) return [];
    const { field, message } = error as { field?: unknown; message?: unknown };
    return typeof message === "string" ? [`${text(field) ?? "request"}: ${message}.`] : [];
  });
}

/** The sentence of anything that was caught. */
export function sentenceOf(error: unknown): string {
  return error instanceof RequestFailure ? error.message : words.peek().problems.unknown;
}

/** Why something was not answered, in a sentence to show. */
export interface Trouble {
  readonly sentence: string;
  readonly retryable: boolean;
}

export function troubleOf(error: unknown): Trouble {
  return { sentence: sentenceOf(error), retryable: error instanceof RequestFailure && error.retryable };
}
