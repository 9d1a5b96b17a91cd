import { looksLikeSvg, sniffBytes, sniffFormat } from "../../../src/image/sniff.ts";
import { formatBytes } from "../figures.ts";
import { words } from "../words.ts";
import type { GivenFile } from "./given-file.ts";
import { uploadRules } from "./upload-rules.ts";

/** Why the service would not take the file, as far as can be known before it is sent; `null`: nothing is known. */
export async function refusalOf({ file, size }: GivenFile): Promise<string | null> {
  const { empty, tooLarge, unreadable, notImage } = words.peek().uploads.refusals;
  if (size === 0) return empty;
  const rules = await uploadRules();
  if (rules && size > rules.maxFileBytes) return tooLarge(formatBytes(rules.maxFileBytes));
  const head = await headOf(file);
  if (!head) return unreadable;
  const format = sniffFormat(head) ?? (looksLikeSvg(head) ? "svg" : undefined);
  const isRead = format !== undefined && (!rules || rules.formats.has(format));
  return isRead ? null : notImage;
}

/** `undefined` for what cannot be read: it was moved or changed since it was chosen, or is a folder. */
async function headOf(file: File): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await file.slice(0, sniffBytes).arrayBuffer());
  } catch {
    return undefined;
  }
}
