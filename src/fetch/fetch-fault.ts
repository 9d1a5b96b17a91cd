/**
 * What is kept of a native error: what kind it is. Its message and properties hold names and addresses of the inside
 * (`address`), or what the other side has sent (`rawPacket`, `cert`, `reason`), which no log shall repeat.
 */
interface NativeFault {
  readonly code: string;
}

interface FaultOptions {
  /** Whether the same request can succeed by itself a little later. */
  readonly transient?: boolean;
  /** Seconds that the other side asked to wait. */
  readonly retryAfter?: number;
  /** What really happened, for the log: only ever what was written by Node or by us. */
  readonly cause?: NativeFault;
}

/**
 * Why an address did not give what was asked of it. The message says which rule was broken in a sentence for
 * anybody: no address that a name stands for, nothing of what was answered, no native message.
 */
export class FetchFault extends Error {
  override readonly name = "FetchFault";
  /** `forbidden`: a rule of ours, before anything was sent; `unreachable`: the network or the other side. */
  readonly kind: "forbidden" | "unreachable" | "too_large";
  readonly transient: boolean;
  readonly retryAfter: number | undefined;

  constructor(kind: FetchFault["kind"], sentence: string, options: FaultOptions = {}) {
    super(sentence, { cause: options.cause });
    this.kind = kind;
    this.transient = options.transient ?? false;
    this.retryAfter = options.retryAfter;
  }
}

/** What the codes of Node's network and TLS layers say about the other side. */
const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: "There is no server of that name.",
  ECONNREFUSED: "The server refused the connection.",
  ECONNRESET: "The server broke the connection off.",
  EPIPE: "The server broke the connection off.",
  ETIMEDOUT: "The server did not take the connection in time.",
};

/** Anything that Node's HTTP client rejects with. */
export function toFault(error: unknown): FetchFault {
  if (error instanceof FetchFault) return error;
  const code = codeOf(error);
  const cause = { code };
  if (/^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_)/.test(code)) {
    return new FetchFault("unreachable", "The server's certificate is not valid.", { cause });
  }
  if (code.startsWith("HPE_")) {
    return new FetchFault("unreachable", "The server's answer is not HTTP.", { cause });
  }
  const sentence = sentences[code] ?? "The connection to the server failed.";
  return new FetchFault("unreachable", sentence, { transient: true, cause });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? String(error.code) : error.name;
}
