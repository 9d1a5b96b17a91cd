import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long a session lasts, in milliseconds. */
export const sessionMs = 12 * 60 * 60 * 1000;

interface KnownKey {
  readonly hash: Buffer;
  /** Names the key where the catalog and counters tell clients apart; from it nobody learns the key. */
  readonly name: string;
  /** Signs the sessions of this key: they end everywhere when the key is taken away. */
  readonly sessionSecret: Buffer;
}

/**
 * The keys that open this installation. Only their hashes are kept. A session is a token that one of them signed:
 * every process that knows the key accepts it, and none stores it.
 */
export class ApiKeys {
  readonly #known: readonly KnownKey[];

  constructor(keys: readonly string[]) {
    this.#known = keys.map((key) => ({
      hash: hashOf(key),
      name: hmac(key, "pixmill client").toString("base64url").slice(0, 16),
      sessionSecret: hmac(key, "pixmill session"),
    }));
  }

  /** `false`: no keys are set, and everybody who can connect may come in. */
  get required(): boolean {
    return this.#known.length > 0;
  }

  /** Which of the keys it is; -1 when it is none. Looks at all, so that the time tells nothing. */
  indexOf(key: string): number {
    const hash = hashOf(key);
    return this.#known.map((known) => timingSafeEqual(known.hash, hash)).indexOf(true);
  }

  /** A token that is accepted for `sessionMs`, or `undefined` for a key that is none. */
  openSession(key: string, now = Date.now()): string | undefined {
    const known = this.#known[this.indexOf(key)];
    if (!known) return undefined;
    const terms = `${(now + sessionMs).toString(36)}.${randomBytes(9).toString("base64url")}`;
    return `${terms}.${hmac(known.sessionSecret, terms).toString("base64url")}`;
  }

  /** The same name for a key in every process; "" for none. */
  nameOf(index: number): string {
    return this.#known[index]?.name ?? "";
  }

  /** Which of the keys opened the session; -1 when none did, or it is over. */
  indexOfSession(token: string, now = Date.now()): number {
    const [expires = "", nonce = "", signature = "", ...rest] = token.split(".");
    if (rest.length > 0 || !(Number.parseInt(expires, 36) > now)) return -1;
    const given = Buffer.from(signature, "base64url");
    const wanted = this.#known.map(({ sessionSecret }) => hmac(sessionSecret, `${expires}.${nonce}`));
    return wanted.map((signed) => sameBytes(signed, given)).indexOf(true);
  }
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function hmac(secret: string | Buffer, text: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}

function sameBytes(wanted: Buffer, given: Buffer): boolean {
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
