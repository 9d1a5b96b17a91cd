import { exifOrientation } from "./exif-orientation.ts";
import { type FoundHeader, maxCountedFrames, maxWalkedBlocks } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";
import { parsedSize } from "./parsed-size.ts";

const extended = 0x56503858;
const animationFlag = 0x02;
const exifFlag = 0x08;
const chunkName = { ANMF: 0x414e4d46, EXIF: 0x45584946, VP8L: 0x5650384c };
const firstChunk = 12;

/** The size is image-size's; frames and orientation need a walk over the chunks (RFC 9649, 2.7). */
export async function readWebpHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  // The smallest lossless file is shorter than the 30 bytes that the other two kinds need.
  const head = await bytes.view(0, Math.min(30, Math.max(25, bytes.size)));
  const size = parsedSize(head, "webp");
  const flags = head.getUint32(12) === extended ? head.getUint8(20) : 0;
  if ((flags & (animationFlag | exifFlag)) === 0) return size;
  const { frames, orientation } = await walkChunks(bytes, (flags & exifFlag) !== 0);
  return { ...size, orientation, frames: flags & animationFlag ? frames : 1 };
}

/**
 * Whether the picture is stored without loss: in a chunk `VP8L`, which comes first, or behind the profile (RFC 9649,
 * 2.7). What moves may have frames of both kinds: `false`.
 */
export async function isLosslessWebp(bytes: HeaderBytes): Promise<boolean> {
  let position = firstChunk;
  for (let chunks = 0; chunks < 3 && position + 8 <= bytes.size; chunks++) {
    const chunk = await bytes.view(position, 8);
    if (chunk.getUint32(0) === chunkName.VP8L) return true;
    const length = chunk.getUint32(4, true);
    position += 8 + length + (length % 2);
  }
  return false;
}

/** EXIF comes after the frames. A cut file ends the walk: what is there counts, the decoder judges the rest. */
async function walkChunks(bytes: HeaderBytes, wantsExif: boolean) {
  let frames = 0;
  let orientation = 1;
  let position = firstChunk;
  for (let chunks = 0; position + 8 <= bytes.size && frames <= maxCountedFrames; chunks++) {
    if (chunks > maxWalkedBlocks) throw corrupt("The WebP has too many chunks.");
    const chunk = await bytes.view(position, 8);
    const name = chunk.getUint32(0);
    const length = chunk.getUint32(4, true);
    if (name === chunkName.ANMF) frames += 1;
    if (name === chunkName.EXIF && wantsExif) {
      orientation = exifOrientation(await exifBlock(bytes, position + 8, length));
      break;
    }
    position += 8 + length + (length % 2);
  }
  return { frames: Math.max(frames, 1), orientation };
}

/** Some writers put JPEG's `Exif\0\0` before the block. */
async function exifBlock(bytes: HeaderBytes, start: number, length: number): Promise<DataView> {
  const block = await bytes.view(start, Math.min(length, 65_536, bytes.size - start));
  const prefixed = block.byteLength > 6 && block.getUint32(0) === 0x45786966;
  return prefixed ? new DataView(block.buffer, block.byteOffset + 6, block.byteLength - 6) : block;
}
