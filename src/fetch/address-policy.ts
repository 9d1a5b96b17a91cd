import { isIP } from "node:net";
import { refusedAddress } from "./address-class.ts";
import { FetchFault } from "./fetch-fault.ts";

/** Which addresses may be asked. The same rules hold for the address that was given and for each redirect. */
export interface AddressPolicy {
  /** Also loopback and private networks, and any port. */
  readonly allowPrivate: boolean;
  /** Given and not empty: only these hosts; `*.example.com` is every name below example.com. */
  readonly hosts?: readonly string[];
}

/** Names that lead inside by their meaning (RFC 6761, 6762, 8375, ICANN's `internal`), whatever they resolve to. */
const insideNames = /(?:^|\.)(?:localhost|localdomain|local|internal|home\.arpa)$/;
/** Names of metadata services. */
const metadataNames = /^(?:metadata|instance-data|metadata\.google\.internal|metadata\.goog)$/;
const webPorts: ReadonlySet<string> = new Set(["", "80", "443"]);

/**
 * An address as it may be asked, before its name is resolved. WHATWG's parser reads every spelling of an IPv4
 * address (decimal, octal, hexadecimal, short, full-width) as the address that it stands for.
 * Throws a `FetchFault` of kind `forbidden`.
 */
export function checkAddress(text: string, policy: AddressPolicy, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw forbidden("The address is not a URL.");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw forbidden("The address must begin with http:// or https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw forbidden("The address must not carry a user name or a password.");
  }
  if (!policy.allowPrivate && !webPorts.has(url.port)) {
    throw forbidden("The address must be on port 80 or 443.");
  }
  const name = bareHost(url);
  checkHost(name, policy);
  if (isIP(name)) checkResolved([name], policy);
  url.hash = "";
  return url;
}

/** Every address that a name stands for must be allowed: which of them is connected to is not ours to choose. */
export function checkResolved(addresses: readonly string[], policy: AddressPolicy): void {
  for (const address of addresses) {
    const refused = refusedAddress(address, policy);
    if (refused !== undefined) throw forbidden(`The address leads to ${refused}.`);
  }
}

function checkHost(name: string, { allowPrivate, hosts = [] }: AddressPolicy): void {
  if (metadataNames.test(name)) throw forbidden("The address leads to a metadata service.");
  if (!allowPrivate && insideNames.test(name)) throw forbidden("The address leads to a private network.");
  if (hosts.length > 0 && !hosts.some((host) => matches(host, name))) {
    throw forbidden("The address is of a host that is not on the list of allowed ones.");
  }
}

function matches(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}

/** Without the dot of a fully qualified name and the brackets of IPv6. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
}

function forbidden(sentence: string): FetchFault {
  return new FetchFault("forbidden", sentence);
}
