import type { IncomingHttpHeaders } from "node:http";
import { type AddressPolicy, checkAddress } from "./address-policy.ts";
import { Deadlines } from "./deadlines.ts";
import type { Resolver } from "./guarded-lookup.ts";
import { type ExchangeLimits, faultBehind, sendRequest } from "./send-request.ts";
import { userAgent } from "./user-agent.ts";

/** A receiver that has not answered whole in fifteen seconds is taken to hang. */
export const postDeadlines = {
  connectMs: 5_000,
  headersMs: 15_000,
  wholeMs: 15_000,
} as const satisfies ExchangeLimits;

/** Bytes of an answer that are waited for: a receiver that is cut off in its few words would log a failure. */
const readBytes = 64 * 1024;

interface PostOptions {
  readonly policy: AddressPolicy;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: ExchangeLimits;
  readonly signal?: AbortSignal;
  readonly resolve?: Resolver;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Sends JSON text. Whatever is answered is the answer: a redirect is never followed, because the receiver that was
 * checked is the one that may have the content. Rejects with a `FetchFault` or the reason of `signal`.
 */
export async function postJson(address: string, json: string, options: PostOptions): Promise<PostAnswer> {
  const { policy, limits = postDeadlines, signal, resolve } = options;
  const deadlines = new Deadlines(signal);
  deadlines.start(limits.wholeMs, "The server took too long to answer.");
  try {
    const headers = {
      "accept-encoding": "identity",
      "user-agent": userAgent,
      ...options.headers,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(json)),
    };
    const message = { method: "POST", headers, body: json } as const;
    const exchange = { policy, limits, deadlines, resolve };
    const response = await sendRequest(checkAddress(address, policy), message, exchange);
    await readBeginning(response);
    return { status: response.statusCode ?? 0, headers: response.headers };
  } catch (error) {
    throw faultBehind(error, deadlines);
  } finally {
    deadlines.stop();
  }
}

/** Leaving the loop destroys the stream, and the connection with it. */
async function readBeginning(body: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes >= readBytes) return;
  }
}
