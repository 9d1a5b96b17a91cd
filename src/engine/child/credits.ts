import type { Metadata } from "sharp";

/** Who made a picture and who owns it, as far as the file says so. */
export interface Credits {
  readonly artist?: string | undefined;
  readonly copyright?: string | undefined;
}

const tags = { artist: 0x013b, copyright: 0x8298 } as const;
/** IPTC-IIM 4.2, record 2. */
const datasets = { artist: 80, copyright: 116 } as const;
/** Dublin Core in XMP. */
const elements = { artist: "dc:creator", copyright: "dc:rights" } as const;
const maxLength = 1_000;
/** What is looked at of an element of XMP, in characters. */
const maxInside = 8_000;

/** From XMP, which alone is written in any script, else EXIF, where cameras put it, else IPTC. */
export function creditsOf({ exif, xmpAsString = "", iptc }: Metadata): Credits {
  const find = (what: "artist" | "copyright") =>
    clean(xmpText(xmpAsString, elements[what])) ??
    clean(exif && exifText(exif, tags[what])) ??
    clean(iptc && iptcText(iptc, datasets[what]));
  return { artist: find("artist"), copyright: find("copyright") };
}

/** The same as a packet of XMP (Adobe XMP part 1), for readers that look nowhere else. */
export function creditsXmp({ artist, copyright }: Credits): string {
  const creator = artist && `<dc:creator><rdf:Seq><rdf:li>${markup(artist)}</rdf:li></rdf:Seq></dc:creator>`;
  const rights =
    copyright &&
    `<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${markup(copyright)}</rdf:li></rdf:Alt></dc:rights>`;
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
    `${creator ?? ""}${rights ?? ""}</rdf:Description></rdf:RDF></x:xmpmeta>`
  );
}

function clean(text: string | undefined): string | undefined {
  const shown = text
    ?.replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, maxLength)
    .toWellFormed();
  return shown || undefined;
}

/** Cameras say ASCII and write whatever their menu let in: UTF-8 where it is valid, else Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}

/** A text of the first directory of an EXIF block (CIPA DC-008, 4.6). Damage is silence. */
function exifText(block: Buffer, wanted: number): string | undefined {
  const tiff = block.toString("latin1", 0, 6) === "Exif\0\0" ? block.subarray(6) : block;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    for (let at = directory + 2, left = view.getUint16(directory, little); left > 0; at += 12, left--) {
      if (view.getUint16(at, little) !== wanted) continue;
      const length = view.getUint32(at + 4, little);
      const start = length > 4 ? view.getUint32(at + 8, little) : at + 8;
      return decode(tiff.subarray(start, start + length));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** The items of a list, or the bare text, of an element that says who. */
function xmpText(xmp: string, element: string): string | undefined {
  const inside = insideOf(xmp, element);
  const items = [...inside.matchAll(/<rdf:li[^>]*>([^<]*)<\/rdf:li>/g)].map(([, text = ""]) => text);
  return plainText(items.length > 0 ? items.join("; ") : inside.replace(/<[^>]*>/g, ""));
}

/** By plain searches: a pattern over megabytes that only begin like the element takes the square of their length. */
function insideOf(xmp: string, element: string): string {
  const start = xmp.indexOf(`<${element}`);
  const from = start < 0 ? -1 : xmp.indexOf(">", start);
  const to = from < 0 ? -1 : xmp.indexOf(`</${element}>`, from);
  return to < 0 ? "" : xmp.slice(from + 1, Math.min(to, from + 1 + maxInside));
}

/** The first dataset of that number: marker, record, number, length, text (IIM 4.2, 1.5). */
function iptcText(block: Buffer, dataset: number): string | undefined {
  const at = block.indexOf(Buffer.from([0x1c, 2, dataset]));
  if (at < 0 || at + 5 > block.length) return undefined;
  return decode(block.subarray(at + 5, at + 5 + block.readUInt16BE(at + 3)));
}

const entities: readonly (readonly [string, string])[] = [
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&amp;", "&"],
];

function markup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function plainText(text: string): string {
  return entities.reduce((soFar, [entity, character]) => soFar.replaceAll(entity, character), text);
}
