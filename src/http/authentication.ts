import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ApiKeys } from "../api-keys.ts";
import { PixmillError } from "../errors.ts";
import { FailureThrottle, originOf } from "./failure-throttle.ts";
import { cameFromElsewhere } from "./request-origin.ts";
import { sessionOf } from "./session-cookie.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers everybody, also when the service has keys. */
    open?: boolean;
  }
  interface FastifyRequest {
    /** Names the key of whoever asks; "" where everybody may ask. */
    client: string;
  }
}

/** Clients that showed a right key, remembered at once. */
const mostProven = 10_000;
const readingMethods = ["GET", "HEAD", "OPTIONS"];

/**
 * Who may ask: whoever sends a key, or the cookie of a session that a key opened.
 *
 * After ten wrong keys in a minute an address is refused, whatever it sends, but for keys that were right there
 * before: behind a proxy all clients have one address, and a misconfigured one must not shut out the others.
 */
export class Authentication {
  readonly #keys: ApiKeys;
  readonly #failures = new FailureThrottle();
  readonly #proven = new Set<string>();

  constructor(keys: ApiKeys) {
    this.#keys = keys;
  }

  get required(): boolean {
    return this.#keys.required;
  }

  /** Returns the name of the client's key. Throws `unauthorized`, `rate_limited` or `forbidden`. */
  check({ headers, method, ip }: FastifyRequest): string {
    const key = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
    if (key !== undefined) return this.#keys.nameOf(this.checkKey(key, ip));
    const session = sessionOf(headers);
    const index = session === undefined ? -1 : this.#keys.indexOfSession(session);
    // Not counted as a wrong key: nobody guesses a signature, and a page's pictures ask all at once when it expires.
    if (index < 0) throw new PixmillError("unauthorized");
    // The browser sends the cookie by itself: what changes something must come from our own page.
    if (!readingMethods.includes(method) && cameFromElsewhere(headers)) {
      throw new PixmillError("forbidden", { detail: "A page of another origin made this request." });
    }
    return this.#keys.nameOf(index);
  }

  /** Returns which of the keys it is. Throws `unauthorized` or `rate_limited`. */
  checkKey(key: string, address: string): number {
    const index = this.#keys.indexOf(key);
    const proof = `${originOf(address)} ${index}`;
    if (this.#proven.has(proof)) return index;
    const retryAfter = this.#failures.waitSeconds(address);
    if (retryAfter > 0) {
      const detail = "Too many wrong API keys came from this address.";
      throw new PixmillError("rate_limited", { detail, retryAfter });
    }
    if (index < 0) {
      this.#failures.failed(address);
      throw new PixmillError("unauthorized", { detail: "This API key is not known." });
    }
    if (this.#proven.size >= mostProven) this.#proven.clear();
    this.#proven.add(proof);
    return index;
  }
}

/** Where there are keys, every route that does not call itself `open`, and every address that is none, asks for one. */
export function installAuthentication(app: FastifyInstance, authentication: Authentication): void {
  app.decorateRequest("client", "");
  if (!authentication.required) return;
  app.addHook("onRequest", async (request) => {
    if (!request.routeOptions.config?.open) request.client = authentication.check(request);
  });
}
