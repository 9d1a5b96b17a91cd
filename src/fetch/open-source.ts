import type { IncomingMessage } from "node:http";
import { type AddressPolicy, checkAddress } from "./address-policy.ts";
import { Deadlines } from "./deadlines.ts";
import { FetchFault } from "./fetch-fault.ts";
import type { Resolver } from "./guarded-lookup.ts";
import { type ExchangeLimits, faultBehind, sendRequest } from "./send-request.ts";
import { userAgent } from "./user-agent.ts";

export interface SourceLimits extends ExchangeLimits {
  /** Bytes; a longer body is cut there. */
  readonly maxBytes: number;
  /** A body that brings fewer than `minBytesInWindow` in `windowMs` milliseconds, while it is wanted, is cut. */
  readonly windowMs: number;
  readonly minBytesInWindow: number;
}

/** Ten kilobytes in ten seconds is a stalled server, not a slow line. */
export const sourceDeadlines = {
  connectMs: 5_000,
  headersMs: 15_000,
  wholeMs: 120_000,
  windowMs: 10_000,
  minBytesInWindow: 10 * 1024,
} as const satisfies Omit<SourceLimits, "maxBytes">;

/** What a person's browser would follow twenty of; a picture's address needs one or two. */
const maxRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Refusals that may be another answer a little later; any status from 500 up is one too. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

interface SourceOptions {
  readonly policy: AddressPolicy;
  readonly limits: SourceLimits;
  readonly signal?: AbortSignal;
  readonly resolve?: Resolver;
}

/**
 * The bytes behind an address, as they come. Redirects are followed hop by hop, at most three, each checked like the
 * first. Nothing is decompressed. Rejects, and the body throws, with a `FetchFault` or the reason of `signal`.
 *
 * Iterate the body, or `return` it: a connection that nobody reads lives until its deadline.
 */
export async function openSource(
  address: string,
  { policy, limits, signal, resolve }: SourceOptions,
): Promise<AsyncGenerator<Uint8Array, void>> {
  const deadlines = new Deadlines(signal);
  deadlines.start(limits.wholeMs, "The server took too long to give the file.");
  try {
    const exchange = { policy, limits, deadlines, resolve };
    let url = checkAddress(address, policy);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await sendRequest(url, { method: "GET", headers: sourceHeaders }, exchange);
      const next = redirectOf(response);
      if (next === undefined) {
        checkAnswer(response, limits);
        return readBody(response, limits, deadlines);
      }
      response.destroy();
      url = checkAddress(next, policy, url);
    }
    throw new FetchFault("unreachable", `The address redirects more than ${maxRedirects} times.`);
  } catch (error) {
    deadlines.stop();
    throw error;
  }
}

const sourceHeaders = { accept: "*/*", "accept-encoding": "identity", "user-agent": userAgent };

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return redirects.has(statusCode) ? headers.location : undefined;
}

/** An answer that is not the file is not read: what an inner server says of itself is nobody's business. */
function checkAnswer(response: IncomingMessage, { maxBytes }: SourceLimits): void {
  const fault = faultOfAnswer(response, maxBytes);
  if (!fault) return;
  response.destroy();
  throw fault;
}

function faultOfAnswer(
  { statusCode = 0, headers }: IncomingMessage,
  maxBytes: number,
): FetchFault | undefined {
  if (statusCode !== 200) {
    const transient = statusCode >= 500 || passing.has(statusCode);
    const retryAfter = transient ? secondsOf(headers["retry-after"]) : undefined;
    return new FetchFault("unreachable", `The server answered with status ${statusCode}.`, {
      transient,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    return new FetchFault("unreachable", "The server compressed the file although it was asked not to.");
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) return tooLarge();
  return undefined;
}

/** Whole seconds; the header's other form, a date, is not taken. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}

async function* readBody(
  response: IncomingMessage,
  limits: SourceLimits,
  deadlines: Deadlines,
): AsyncGenerator<Uint8Array, void> {
  const stopWatching = watchPace(response, limits, () =>
    deadlines.end("The server sends the file too slowly."),
  );
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw faultBehind(error, deadlines);
  } finally {
    stopWatching();
    deadlines.stop();
    response.destroy();
  }
}

/** Does not blame a body that waits because our own disk is slow. */
function watchPace(
  response: IncomingMessage,
  { windowMs, minBytesInWindow }: SourceLimits,
  onSlow: () => void,
): () => void {
  let before = response.socket.bytesRead;
  const timer = setInterval(() => {
    const { bytesRead } = response.socket;
    if (response.readableLength === 0 && bytesRead - before < minBytesInWindow) onSlow();
    before = bytesRead;
  }, windowMs);
  return () => clearInterval(timer);
}

function tooLarge(): FetchFault {
  return new FetchFault("too_large", "The file is larger than this service takes.");
}
