import type { Problem } from "./schema.ts";

/** Answers that mean "not now". */
const busy: ReadonlySet<number> = new Set([408, 429, 503, 507]);
/** Answers of a proxy whose service is just not there. */
const lost: ReadonlySet<number> = new Set([502, 504]);

interface Facts {
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** One of docs/errors.md, `connection_failed`, or `http_<status>` of an answer that is not Pixmill's. */
  readonly code: string;
  readonly message: string;
  readonly fields?: Problem["errors"];
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Where a redirect leads. */
  readonly location?: string | undefined;
  readonly cause?: unknown;
}

/** A request that was refused, or that got no answer. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly status: number;
  readonly code: string;
  /** The bad fields, each with what is wrong with it. */
  readonly fields: NonNullable<Problem["errors"]>;
  readonly requestId: string | undefined;
  /** How long the service asks to wait. */
  readonly retryAfterMs: number | undefined;
  readonly location: string | undefined;

  constructor(facts: Facts) {
    super(facts.message, { cause: facts.cause });
    this.status = facts.status;
    this.code = facts.code;
    this.fields = facts.fields ?? [];
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.location = facts.location;
  }

  /** `busy`: try again later; `connection`: nobody knows whether it came through; else the same again is refused again. */
  get kind(): "busy" | "connection" | "refused" {
    if (busy.has(this.status)) return "busy";
    return this.status === 0 || lost.has(this.status) ? "connection" : "refused";
  }
}

/** What an answer with an error status says of itself; a proxy's has only its status. */
export async function failureOf(answer: Response): Promise<RequestFailure> {
  const said = await problemOf(answer);
  return new RequestFailure({
    status: answer.status,
    code: said?.code ?? `http_${answer.status}`,
    message: said?.detail ?? "the answer is not one of Pixmill's",
    fields: said?.errors,
    requestId: answer.headers.get("x-request-id") ?? undefined,
    retryAfterMs: retryAfterMs(answer.headers.get("retry-after")),
    location: answer.headers.get("location") ?? undefined,
  });
}

async function problemOf(answer: Response): Promise<Problem | undefined> {
  try {
    const said = (await answer.json()) as Partial<Problem> | null;
    return typeof said?.code === "string" && typeof said.detail === "string" ? (said as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now. */
function retryAfterMs(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
  TimeoutError: "there was no answer in time",
};

/** Fetch itself says only that it failed; in Node, why is in its causes. */
export function connectionFailure(error: unknown): RequestFailure {
  let reason = "";
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = "code" in at && typeof at.code === "string" ? at.code : at.name;
    reason = reasons[code] ?? (at.message || reason);
  }
  return new RequestFailure({ status: 0, code: "connection_failed", message: reason, cause: error });
}
