import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { AddressPolicy } from "./address-policy.ts";
import type { Deadlines } from "./deadlines.ts";
import { toFault } from "./fetch-fault.ts";
import { guardedLookup, type Resolver } from "./guarded-lookup.ts";

/** Milliseconds. */
export interface ExchangeLimits {
  /** To resolve the name and to connect, TLS included. */
  readonly connectMs: number;
  /** From the connection to the answer's headers. */
  readonly headersMs: number;
  /** All of it, redirects and body included. */
  readonly wholeMs: number;
}

export interface Exchange {
  readonly policy: AddressPolicy;
  readonly limits: ExchangeLimits;
  readonly deadlines: Deadlines;
  /** A test's own names. */
  readonly resolve?: Resolver | undefined;
}

interface Message {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Agents of their own: a connection is never used twice, so each was checked for this very request, and no proxy of
 * the environment is asked, which would connect to what nobody checked.
 */
const agents = {
  "http:": new HttpAgent({ keepAlive: false }),
  "https:": new HttpsAgent({ keepAlive: false }),
};

/**
 * One request and the headers of its answer; no redirect is followed. `url` comes from `checkAddress`. Rejects with a
 * `FetchFault`, or with the reason of the caller's own signal.
 */
export async function sendRequest(url: URL, message: Message, exchange: Exchange): Promise<IncomingMessage> {
  const { policy, limits, deadlines, resolve } = exchange;
  deadlines.signal.throwIfAborted();
  const stopConnecting = deadlines.start(limits.connectMs, "The server did not take the connection in time.");
  const options: RequestOptions = {
    method: message.method,
    headers: message.headers,
    agent: url.protocol === "https:" ? agents["https:"] : agents["http:"],
    lookup: guardedLookup(policy, resolve),
    signal: deadlines.signal,
  };
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.protocol === "https:" ? httpsRequest(url, options) : httpRequest(url, options);
  let stopWaiting = () => {};
  request.once("socket", (socket) => {
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      stopConnecting();
      stopWaiting = deadlines.start(limits.headersMs, "The server did not answer in time.");
    });
  });
  request.once("response", (response) => {
    // A deadline can destroy it before anybody reads it; whoever does read it meets the error all the same.
    response.on("error", () => {});
    answered(response);
  });
  // Stays for the life of the request: an error after the answer would else end the process.
  request.on("error", reject);
  request.end(message.body);
  try {
    return await promise;
  } catch (error) {
    throw faultBehind(error, deadlines);
  } finally {
    stopConnecting();
    stopWaiting();
  }
}

/** An abort shows as Node's own error; its reason says more. */
export function faultBehind(error: unknown, { signal }: Deadlines): unknown {
  return signal.aborted ? signal.reason : toFault(error);
}
