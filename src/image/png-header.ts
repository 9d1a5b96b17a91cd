import { crc32 } from "node:zlib";
import { exifOrientation } from "./exif-orientation.ts";
import { type FoundHeader, maxWalkedBlocks } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";
import { parsedSize } from "./parsed-size.ts";

const headerEnd = 33;
const chunkName = { IHDR: 0x49484452, IDAT: 0x49444154, IEND: 0x49454e44, eXIf: 0x65584966 };

/** The size is image-size's; interlacing, the checksum and the orientation it does not give. */
export async function readPngHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const head = await bytes.view(0, headerEnd);
  if (head.getUint32(8) !== 13 || head.getUint32(12) !== chunkName.IHDR) {
    throw corrupt("The PNG does not begin with its header.");
  }
  const checked = new Uint8Array(head.buffer, head.byteOffset + 12, 17);
  if (crc32(checked) !== head.getUint32(29)) throw corrupt("The checksum of the PNG's header is wrong.");
  return {
    ...parsedSize(head, "png"),
    orientation: await findOrientation(bytes),
    progressive: head.getUint8(28) !== 0,
  };
}

/** `eXIf` counts only before the pixels, as in libvips. An animated PNG shows its first frame. */
async function findOrientation(bytes: HeaderBytes): Promise<number> {
  let position = headerEnd;
  for (let chunks = 0; chunks <= maxWalkedBlocks; chunks++) {
    const chunk = await bytes.view(position, 8);
    const length = chunk.getUint32(0);
    const name = chunk.getUint32(4);
    if (name === chunkName.IDAT) return 1;
    if (name === chunkName.IEND) throw corrupt("The PNG has no pixels.");
    if (name === chunkName.eXIf)
      return exifOrientation(await bytes.view(position + 8, Math.min(length, 65_536)));
    position += 12 + length;
  }
  throw corrupt("The PNG has too many chunks.");
}
