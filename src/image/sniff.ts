import type { Format } from "./format.ts";

/** How many bytes from the start `sniffFormat` looks at; fewer are fine when the file is shorter. */
export const sniffBytes = 512;

const text = (head: Uint8Array, start: number, end: number) =>
  String.fromCharCode(...head.subarray(start, Math.min(end, head.length)));

/**
 * The brands of an ISO media file: the major one, then the compatible ones (ISO/IEC 14496-12, 4.3). Empty when
 * the file does not begin with `ftyp`.
 */
function brands(head: Uint8Array): string[] {
  if (text(head, 4, 8) !== "ftyp") return [];
  const size = new DataView(head.buffer, head.byteOffset, 4).getUint32(0);
  const end = Math.min(size, head.length, sniffBytes);
  const list = end >= 12 ? [text(head, 8, 12)] : [];
  for (let at = 16; at + 4 <= end; at += 4) list.push(text(head, at, at + 4));
  return list;
}

const hevcBrands = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]);
const heifBrands = new Set([...hevcBrands, "mif1", "mif2", "msf1"]);

/**
 * A file whose major brand is HEVC's is HEIC whatever else it claims; else one word of AVIF makes it AVIF. What
 * is HEIF and says no more is taken for HEIC: its boxes tell whether it is.
 */
function heifFormat(head: Uint8Array): "avif" | "heic" | undefined {
  const all = brands(head);
  const [major = ""] = all;
  if (hevcBrands.has(major)) return "heic";
  if (all.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  return all.some((brand) => heifBrands.has(brand)) ? "heic" : undefined;
}

/** The format by the first bytes, never by a name. `undefined`: none that is read. */
export function sniffFormat(head: Uint8Array): Format | undefined {
  if (text(head, 0, 3) === "\xff\xd8\xff") return "jpeg";
  if (text(head, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(head, 0, 4) === "RIFF" && text(head, 8, 12) === "WEBP") return "webp";
  if (text(head, 0, 6) === "GIF87a" || text(head, 0, 6) === "GIF89a") return "gif";
  // 42 is TIFF 6.0, 43 is BigTIFF.
  if (/^(?:II[*+]\0|MM\0[*+])/.test(text(head, 0, 4))) return "tiff";
  return heifFormat(head);
}

/** Whether the text begins as SVG does: it is read only where that was switched on, and else refused by its name. */
export function looksLikeSvg(head: Uint8Array): boolean {
  const opening = text(head, 0, sniffBytes)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart();
  const isMarkup = opening.startsWith("<svg") || opening.startsWith("<?xml") || opening.startsWith("<!");
  return isMarkup && opening.includes("<svg") && !/<html/i.test(opening);
}
