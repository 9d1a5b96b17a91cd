import { PixmillError } from "../errors.ts";
import type { FoundHeader } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";
import { type Box, boxes, topLevelBox } from "./iso-box.ts";

/** The `meta` box of a tiled 50 MP picture has about 20 kB. */
const maxMetaBytes = 1024 * 1024;

/**
 * A walk of our own over HEIF's boxes (ISO/IEC 23008-12), for AVIF and HEIC: image-size reads the first `ispe` it
 * meets, which may be a tile's, an alpha plane's or a small preview's. The one that counts belongs to the primary
 * item; of a phone's grid of tiles it is the whole's. What the clean aperture (`clap`) cuts off is decoded all the
 * same, so the size before it is told too. EXIF orientation is not looked at: HEIF says that only `irot` and
 * `imir` turn the picture.
 */
export async function readHeifHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const { owned } = await primaryProperties(bytes);
  const size = find(owned, "ispe");
  const coded = { width: uint(size, 4, 4), height: uint(size, 8, 4) };
  const turn = owned.find((box) => box.type === "irot")?.body;
  const quarters = turn && turn.byteLength > 0 ? turn.getUint8(0) & 3 : 0;
  const aperture = owned.find((box) => box.type === "clap")?.body;
  const shown = aperture ? apertureOf(aperture) : coded;
  const isCut = shown.width < coded.width || shown.height < coded.height;
  return {
    width: Math.min(shown.width, coded.width),
    height: Math.min(shown.height, coded.height),
    // 6 is a quarter turn; which way does not matter to the size.
    orientation: quarters % 2 === 1 ? 6 : 1,
    ...(isCut && { decodedPixels: coded.width * coded.height }),
  };
}

/** The brands of HEIC are shared by files that hold other kinds of pictures, which are not read. */
export async function readHeicHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const { all } = await primaryProperties(bytes);
  if (!all.some(({ type }) => type === "hvcC")) {
    throw new PixmillError("unsupported_format", { detail: "The HEIF file holds no HEVC picture." });
  }
  return readHeifHeader(bytes);
}

/** `colour_primaries` of ITU-T H.273: P3 with the white of daylight. */
export const displayP3 = 12;

/** What the colours of the primary item are measured by (`colour_primaries` of ITU-T H.273), where it says so. */
export async function readHeifPrimaries(bytes: HeaderBytes): Promise<number | undefined> {
  const { owned } = await primaryProperties(bytes);
  const nclx = owned.find(
    ({ type, body }) => type === "colr" && body.byteLength >= 6 && body.getUint32(0) === 0x6e636c78,
  );
  return nclx?.body.getUint16(4);
}

/** The properties of the file, and those of its primary item. */
async function primaryProperties(
  bytes: HeaderBytes,
): Promise<{ all: readonly Box[]; owned: readonly Box[] }> {
  const { position, length } = await topLevelBox(bytes, "meta");
  if (length > maxMetaBytes) throw corrupt("The picture describes itself at too great a length.");
  const meta = await bytes.view(position, length);
  const inside = [...boxes(meta, 4)];
  const primary = primaryItem(find(inside, "pitm"));
  const properties = [...boxes(find(inside, "iprp"))];
  const all = [...boxes(find(properties, "ipco"))];
  const owned = associations(find(properties, "ipma"), primary).flatMap((index) => all[index - 1] ?? []);
  return { all, owned };
}

/** Width and height as fractions (ISO/IEC 14496-12, 12.1.4), cut to whole pixels as libheif does. */
function apertureOf(clap: DataView) {
  const side = (at: number) => {
    const divisor = uint(clap, at + 4, 4);
    if (divisor === 0) throw corrupt("The clean aperture of the picture makes no sense.");
    return Math.floor(uint(clap, at, 4) / divisor);
  };
  return { width: side(0), height: side(8) };
}

function find(list: readonly Box[], type: string): DataView {
  const found = list.find((box) => box.type === type);
  if (!found) throw corrupt(`The picture has no "${type}" box.`);
  return found.body;
}

function uint(view: DataView, at: number, length: 1 | 2 | 4): number {
  if (at + length > view.byteLength) throw corrupt("A box of the picture is cut.");
  if (length === 1) return view.getUint8(at);
  return length === 2 ? view.getUint16(at) : view.getUint32(at);
}

const primaryItem = (pitm: DataView) => (uint(pitm, 0, 1) === 0 ? uint(pitm, 4, 2) : uint(pitm, 4, 4));

/** The properties of `item`, as 1-based places in `ipco`. */
function associations(ipma: DataView, item: number): number[] {
  const idLength = uint(ipma, 0, 1) < 1 ? 2 : 4;
  const indexLength = uint(ipma, 3, 1) & 1 ? 2 : 1;
  const entries = uint(ipma, 4, 4);
  let at = 8;
  for (let entry = 0; entry < entries; entry++) {
    const id = uint(ipma, at, idLength);
    const count = uint(ipma, at + idLength, 1);
    at += idLength + 1;
    if (id === item) {
      const mask = indexLength === 2 ? 0x7fff : 0x7f;
      return Array.from({ length: count }, (_, i) => uint(ipma, at + i * indexLength, indexLength) & mask);
    }
    at += count * indexLength;
  }
  return [];
}
