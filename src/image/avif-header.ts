import type { FoundHeader } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";
import { type Box, boxes, topLevelBox } from "./iso-box.ts";

/** The `meta` box of a tiled 50 MP picture has about 20 kB. */
const maxMetaBytes = 1024 * 1024;

/**
 * A walk of our own over HEIF's boxes (ISO/IEC 23008-12): image-size reads the first `ispe` it meets, which may
 * be a tile's, an alpha plane's or a small preview's. The one that counts belongs to the primary item. The
 * clean aperture (`clap`) is not applied: what is decoded is the whole, and limits judge that.
 * EXIF orientation is not looked at: HEIF says that only `irot` and `imir` turn the picture.
 */
export async function readAvifHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const { position, length } = await topLevelBox(bytes, "meta");
  if (length > maxMetaBytes) throw corrupt("The AVIF describes itself at too great a length.");
  const meta = await bytes.view(position, length);
  const inside = [...boxes(meta, 4)];
  const primary = primaryItem(find(inside, "pitm"));
  const properties = [...boxes(find(inside, "iprp"))];
  const values = [...boxes(find(properties, "ipco"))];
  const owned = associations(find(properties, "ipma"), primary).flatMap((index) => values[index - 1] ?? []);
  const size = find(owned, "ispe");
  const turn = owned.find((box) => box.type === "irot")?.body;
  const quarters = turn && turn.byteLength > 0 ? turn.getUint8(0) & 3 : 0;
  return {
    width: uint(size, 4, 4),
    height: uint(size, 8, 4),
    // 6 is a quarter turn; which way does not matter to the size.
    orientation: quarters % 2 === 1 ? 6 : 1,
  };
}

function find(list: readonly Box[], type: string): DataView {
  const found = list.find((box) => box.type === type);
  if (!found) throw corrupt(`The AVIF has no "${type}" box.`);
  return found.body;
}

function uint(view: DataView, at: number, length: 1 | 2 | 4): number {
  if (at + length > view.byteLength) throw corrupt("A box of the AVIF is cut.");
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
