import { signal } from "@preact/signals";

/** The most that the service takes at once. */
export const mostAddresses = 10_000;

/** What was pasted or dropped: the field takes it over, and a person says whether it is fetched. */
export const offeredAddresses = signal("");

/** The words of a text, each of which should be an address. */
export function addressesIn(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The addresses of a dropped link or of pasted text, when it is nothing else; the lines of `text/uri-list`. */
export function addressesOf(transfer: DataTransfer | null): string[] {
  const text = transfer?.getData("text/uri-list") || transfer?.getData("text/plain") || "";
  const found = addressesIn(text.replace(/^#.*$/gm, ""));
  return found.every(isWebAddress) ? found : [];
}
