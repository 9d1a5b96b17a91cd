import { connectionFailure, failureOf, RequestFailure } from "./failure.ts";
import type { Body } from "./file.ts";
import { backoff, pause } from "./pause.ts";

const usualTries = 5;
const longestPauseMs = 30_000;

export interface ConnectionOptions {
  /** Where the service is, path included where it has one; in a page, by default, where the page came from. */
  readonly url?: string;
  /** Keep it out of pages: there `POST /v1/session` trades it for a cookie. */
  readonly apiKey?: string | undefined;
  /** By default there are five tries. */
  readonly retry?: Retry | undefined;
}

/** Whether to try again after `tries` tries; asked only where that can help. */
export type Retry = (failure: RequestFailure, tries: number) => boolean;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly method?: "GET" | "HEAD" | "POST" | "DELETE";
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  /** Asking twice is like asking once. By default so for all but POST. */
  readonly repeatable?: boolean;
  readonly retry?: Retry | undefined;
  /** Milliseconds for one try, until its answer begins, or has come where it is JSON. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one service, again where that can help. */
export class Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #apiKey: string | undefined;
  readonly #retry: Retry;

  constructor({ url = "", apiKey, retry = (_, tries) => tries < usualTries }: ConnectionOptions) {
    this.url = url.replace(/\/+$/, "");
    this.#apiKey = apiKey;
    this.#retry = retry;
  }

  /** Resolves with a 2xx or 304; rejects with a `RequestFailure`, or with the signal's reason. */
  call(path: string, call: Call = {}): Promise<Response> {
    return this.#send(path, call, async (answer) => answer);
  }

  /** As `call` does; the deadline holds until the whole answer has come. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const text = await this.#send(path, call, (answer) => answer.text());
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  async #send<T>(path: string, call: Call, read: (answer: Response) => Promise<T>): Promise<T> {
    const { signal, method = "GET", repeatable = method !== "POST", retry = this.#retry } = call;
    for (let tries = 1; ; tries++) {
      const answer = await this.#try(path, call, read);
      if (!(answer instanceof RequestFailure)) return answer;
      const canHelp = answer.kind === "busy" || (answer.kind === "connection" && repeatable);
      const isStream = call.body instanceof ReadableStream;
      if (!canHelp || isStream || !retry(answer, tries)) throw answer;
      await pause(Math.min(longestPauseMs, answer.retryAfterMs ?? backoff(tries, 5_000)), signal);
    }
  }

  async #try<T>(
    path: string,
    call: Call,
    read: (answer: Response) => Promise<T>,
  ): Promise<T | RequestFailure> {
    const { method = "GET", query, headers, body, timeoutMs = 30_000, signal } = call;
    signal?.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new DOMException("", "TimeoutError")), timeoutMs);
    const init: RequestInit & { duplex?: "half" } = {
      method,
      // A redirect is an answer like others: followed, a POST would become a GET. Pages cannot look at one.
      redirect: "manual",
      headers: {
        accept: "application/json",
        ...headers,
        ...(this.#apiKey !== undefined && { authorization: `Bearer ${this.#apiKey}` }),
      },
      signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
      ...(body !== undefined && { body }),
      ...(body instanceof ReadableStream && { duplex: "half" }),
    };
    try {
      const answer = await fetch(this.url + path + textOf(query), init);
      return await (answer.ok || answer.status === 304 ? read(answer) : failureOf(answer));
    } catch (error) {
      signal?.throwIfAborted();
      return connectionFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function textOf(query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}
