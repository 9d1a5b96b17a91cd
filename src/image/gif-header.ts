import { type FoundHeader, maxCountedFrames, maxWalkedBlocks } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";
import { parsedSize } from "./parsed-size.ts";

const screenEnd = 13;
const block = { extension: 0x21, image: 0x2c };
/** The extension that says how long the frame after it is shown (GIF89a, 23). */
const control = 0xf9;
/** The bytes of a colour table by the low bits of its flags (GIF89a, 18 and 20). */
const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/**
 * Screens that old programs wrote without thought, and absurd ones: the decoder of libvips (libnsgif) takes the
 * first frame's extent instead. Checked against sharp in the test beside this file.
 */
const thoughtless = new Set(["640×480", "640×512", "800×600", "1024×768", "1280×1024", "1600×1200"]);
const isThoughtless = (width: number, height: number) =>
  width === 0 || height === 0 || width > 2048 || height > 2048 || thoughtless.has(`${width}×${height}`);

/** The screen is image-size's; the first frame may enlarge it, and frames are counted block by block. */
export async function readGifHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const head = await bytes.view(0, screenEnd);
  const screen = parsedSize(head, "gif");
  const { frames, right, bottom } = await walkBlocks(bytes, screenEnd + tableBytes(head.getUint8(10)));
  if (frames === 0) throw corrupt("The GIF has no frame.");
  const start = isThoughtless(screen.width, screen.height) ? { width: 1, height: 1 } : screen;
  return { width: Math.max(start.width, right), height: Math.max(start.height, bottom), frames };
}

/**
 * Decoders show what there is of a cut frame, so a cut is found here: a file that ends inside a block, or between
 * a frame's control and the frame, is damaged. One that ends after whole frames and lacks only its trailer is
 * taken, as browsers do: every picture that is shown is whole.
 */
async function walkBlocks(bytes: HeaderBytes, start: number) {
  let frames = 0;
  let [right, bottom] = [0, 0];
  let position = start;
  let announced = false;
  for (let blocks = 0; position < bytes.size && frames <= maxCountedFrames; blocks++) {
    if (blocks > maxWalkedBlocks) throw corrupt("The GIF has too many blocks.");
    const kind = (await bytes.view(position, 1)).getUint8(0);
    if (kind === block.extension) {
      announced ||= (await bytes.view(position, 2)).getUint8(1) === control;
      position = await skipSubBlocks(bytes, position + 2);
    } else if (kind === block.image) {
      const frame = await bytes.view(position, 10);
      frames += 1;
      if (frames === 1) {
        right = frame.getUint16(1, true) + frame.getUint16(5, true);
        bottom = frame.getUint16(3, true) + frame.getUint16(7, true);
      }
      announced = false;
      position = await skipSubBlocks(bytes, position + 11 + tableBytes(frame.getUint8(9)));
    } else {
      // The trailer, or what is no block: nothing after it is shown.
      return { frames, right, bottom };
    }
  }
  if (announced) throw corrupt("The GIF ends before its last frame.");
  return { frames, right, bottom };
}

/**
 * The position after the empty sub-block that ends a run. Stays inside one window as long as it can. Rejects with
 * `corrupt_image` where the file ends before.
 */
async function skipSubBlocks(bytes: HeaderBytes, start: number): Promise<number> {
  let position = start;
  while (position < bytes.size) {
    const window = await bytes.window(position);
    let at = 0;
    while (at < window.length) {
      const length = window[at] ?? 0;
      at += 1 + length;
      if (length === 0) return position + at;
    }
    position += at;
    if (window.length === 0) break;
  }
  throw corrupt("The GIF ends inside a block.");
}
