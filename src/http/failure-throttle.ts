import { isIPv6 } from "node:net";

interface Failures {
  count: number;
  /** When they are forgotten, by the clock. */
  readonly until: number;
}

const mostFailures = 10;
const windowMs = 60_000;
/** Addresses that are remembered at once; an attacker who has more forgets for us. */
const mostAddresses = 10_000;

/** Counts failures by the address that they came from: after ten, it has to wait until the minute is over. */
export class FailureThrottle {
  readonly #clock: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  failed(address: string): void {
    const origin = originOf(address);
    const known = this.#current(origin);
    if (known) known.count += 1;
    else {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined && this.#failures.size >= mostAddresses) this.#failures.delete(oldest);
      this.#failures.set(origin, { count: 1, until: this.#clock() + windowMs });
    }
  }

  /** Whole seconds until the address may try again; 0 when it may now. */
  waitSeconds(address: string): number {
    const known = this.#current(originOf(address));
    if (!known || known.count < mostFailures) return 0;
    return Math.ceil((known.until - this.#clock()) / 1000);
  }

  #current(origin: string): Failures | undefined {
    const known = this.#failures.get(origin);
    if (known && known.until > this.#clock()) return known;
    this.#failures.delete(origin);
    return undefined;
  }
}

/** One customer of a provider has a whole /64 of IPv6: its 64 bits are one address here. */
export function originOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(...Array<string>(8 - groups.length - after.length).fill("0"), ...after);
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}
