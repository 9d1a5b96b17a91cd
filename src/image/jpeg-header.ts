import { exifOrientation } from "./exif-orientation.ts";
import { type FoundHeader, maxWalkedBlocks } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";

/** Start of frame: C0 to CF without DHT (C4), JPG (C8) and DAC (CC). ITU T.81, table B.1. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const isProgressive = (marker: number) => (marker & 3) === 2;
/** RST0–7, SOI and TEM stand alone: no length follows. */
const standsAlone = (marker: number) => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;

/** "MPF" and a zero: the index of a Multi-Picture Format (CIPA DC-007). */
const multiPictureMark = 0x4d504600;

/**
 * A walk of our own: image-size wants the whole header in one buffer (160 comments of 64 kB come before the
 * frame), knows only three of the frames, and takes the last EXIF block where libvips takes the first.
 */
export async function readJpegHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  let orientation: number | undefined;
  let multiPicture = false;
  let position = 2;
  for (let segments = 0; segments <= maxWalkedBlocks; segments++) {
    const marker = await nextMarker(bytes, position);
    position = marker.end;
    if (standsAlone(marker.code)) continue;
    if (marker.code === 0xd9 || marker.code === 0xda)
      throw corrupt("The JPEG has no frame before its pixels.");
    const length = (await bytes.view(position, 2)).getUint16(0);
    if (length < 2) throw corrupt("A segment of the JPEG has no length.");
    if (isFrame(marker.code)) {
      const frame = await bytes.view(position, 7);
      return {
        height: frame.getUint16(3),
        width: frame.getUint16(5),
        orientation: orientation ?? 1,
        progressive: isProgressive(marker.code),
        multiPicture,
      };
    }
    if (marker.code === 0xe1) orientation ??= await segmentOrientation(bytes, position + 2, length - 2);
    if (marker.code === 0xe2 && length >= 6) {
      multiPicture ||= (await bytes.view(position + 2, 4)).getUint32(0) === multiPictureMark;
    }
    position += length;
  }
  throw corrupt("The JPEG has too many segments.");
}

/**
 * The next FF that a code follows. Any number of FF may fill the space before a code (T.81, B.1.1.2), and some
 * cameras leave other bytes between segments, which libjpeg skips too. Stays inside one window as long as it
 * can.
 */
async function nextMarker(bytes: HeaderBytes, start: number): Promise<{ code: number; end: number }> {
  let position = start;
  let afterFill = false;
  while (position < bytes.size) {
    const window = await bytes.window(position);
    if (window.length === 0) break;
    for (let at = 0; at < window.length; at++) {
      const code = window[at] ?? 0;
      if (afterFill && code !== 0xff && code !== 0) return { code, end: position + at + 1 };
      afterFill = code === 0xff;
    }
    position += window.length;
  }
  throw corrupt("The JPEG ends before its frame.");
}

async function segmentOrientation(
  bytes: HeaderBytes,
  start: number,
  length: number,
): Promise<number | undefined> {
  if (length < 6) return undefined;
  const signature = await bytes.view(start, 6);
  const isExif = signature.getUint32(0) === 0x45786966 && signature.getUint16(4) === 0;
  return isExif ? exifOrientation(await bytes.view(start + 6, length - 6)) : undefined;
}
