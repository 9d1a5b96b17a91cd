import { send } from "../api/call.ts";
import { randomKey } from "../api/random-key.ts";
import { wish } from "../wish/wish.ts";

/** Has the service fetch images from the web, several as one batch. Throws `RequestFailure`. */
export async function sendAddresses(addresses: readonly string[]): Promise<void> {
  const sources = addresses.map((url) => ({ source: { url } }));
  const [only] = sources;
  if (sources.length === 1) await send("/v1/images", { ...only, ...wish.peek() }, randomKey());
  else await send("/v1/batches", { images: sources, ...wish.peek() }, randomKey());
}
