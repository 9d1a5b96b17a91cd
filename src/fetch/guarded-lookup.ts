import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { type AddressPolicy, checkResolved } from "./address-policy.ts";

/** All addresses of a name. */
export type Resolver = (
  name: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** As the machine does it, `/etc/hosts` included. */
const systemResolver: Resolver = (name) => lookup(name, { all: true, order: "verbatim" });

/**
 * The look-up that a connection itself makes: what it answers is what is connected to, so a name that changes
 * between a check and the connection (DNS rebinding) is checked as it is at the connection. Node does not call it
 * for a host that is an address already: `checkAddress` has judged that one.
 */
export function guardedLookup(policy: AddressPolicy, resolve: Resolver = systemResolver): LookupFunction {
  return (name, options, callback) => {
    resolve(name)
      .then((found) => {
        checkResolved(
          found.map(({ address }) => address),
          policy,
        );
        const [first] = found;
        if (!first) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
        return { found: [...found], first };
      })
      .then(
        ({ found, first }) => {
          if (options.all) callback(null, found);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ""),
      );
  };
}
