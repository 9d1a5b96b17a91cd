import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What a closed network may open: its own machines. Link-local, multicast and reserved ones stay closed. */
const privateClasses: ReadonlySet<string> = new Set([
  "loopback",
  "private",
  "carrierGradeNat",
  "uniqueLocal",
]);

/**
 * Where clouds answer any program of a machine with that machine's credentials; never a source of pictures. Some
 * are no special addresses: 168.63.129.16 (Azure) is public, 100.100.100.200 (Alibaba) and the IPv6 ones private.
 */
const metadataAddresses = [
  "169.254.169.254",
  "169.254.170.2",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
].map((address) => ipaddr.parse(address).toNormalizedString());

/** RFC 4291 and IANA: everything that is handed out to anybody begins with the bits 001. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** RFC 6052: how an IPv6-only network with DNS64 reaches public IPv4 servers. */
const nat64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/** What a person may be told about an address that is refused. */
const words: Readonly<Record<string, string>> = {
  loopback: "the machine itself",
  unspecified: "the machine itself",
  private: "a private network",
  uniqueLocal: "a private network",
  carrierGradeNat: "a private network",
  linkLocal: "the local link",
  multicast: "a multicast group",
  broadcast: "a broadcast",
  metadata: "a metadata service",
};

/**
 * Whether a server at this address may be asked: `undefined` when it may, else what the address stands for. An IPv4
 * address inside an IPv6 one is judged itself where such addresses lead to public servers (mapped, NAT64); the
 * other forms (compatible, local NAT64, 6to4, Teredo, translated) lead nowhere good and are refused whatever they
 * hold.
 */
export function refusedAddress(
  text: string,
  options: { readonly allowPrivate: boolean },
): string | undefined {
  const address = unwrap(ipaddr.parse(text));
  const found = classOf(address);
  if (found === "unicast" || (options.allowPrivate && privateClasses.has(found))) return undefined;
  return words[found] ?? "a reserved address";
}

function unwrap(address: Address): Address {
  if (address.kind() === "ipv4") return address;
  const { parts } = address as ipaddr.IPv6;
  const embedded = (address as ipaddr.IPv6).isIPv4MappedAddress() || address.match(nat64);
  return embedded ? new ipaddr.IPv4(parts.slice(6).flatMap((part) => [part >> 8, part & 0xff])) : address;
}

function classOf(address: Address): string {
  if (metadataAddresses.includes(address.toNormalizedString())) return "metadata";
  const range = address.range();
  if (range !== "unicast" || address.kind() === "ipv4") return range;
  return address.match(globalUnicast) ? range : "reserved";
}
