import { exifBlock } from "./exif.ts";

export function jpegSegment(marker: number, data: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** The picture with segments set right after its start. */
export function withJpegSegments(jpeg: Buffer, ...segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

const exifSegment = (orientation: number) =>
  jpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exifBlock(orientation)]));

/** The pixels stay; EXIF says how they are to be turned (1 to 8). The JPEG must have no EXIF of its own. */
export function withExifOrientation(jpeg: Buffer, orientation: number): Buffer {
  return withJpegSegments(jpeg, exifSegment(orientation));
}

/** Large comments before the frame: `count` times 64 kB. */
export function jpegWithComments(jpeg: Buffer, count: number): Buffer {
  const comment = jpegSegment(0xfe, Buffer.alloc(65_533, 0x78));
  return withJpegSegments(jpeg, ...Array.from({ length: count }, () => comment));
}

/** Small APP1 segments of `length` bytes before the frame. */
export function jpegWithManyApp1(jpeg: Buffer, count: number, length = 16): Buffer {
  const segment = jpegSegment(0xe1, Buffer.alloc(length, 0x78));
  return withJpegSegments(jpeg, Buffer.concat(Array.from({ length: count }, () => segment)));
}

/** The position of the frame header: C0 or C2, as sharp writes it. */
function framePosition(jpeg: Buffer): number {
  let at = 2;
  while (jpeg[at + 1] !== 0xc0 && jpeg[at + 1] !== 0xc2) at += 2 + jpeg.readUInt16BE(at + 2);
  return at;
}

/** A JPEG whose frame header claims another size than its pixels have. */
export function jpegClaiming(jpeg: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(jpeg);
  const at = framePosition(changed);
  changed.writeUInt16BE(height, at + 5);
  changed.writeUInt16BE(width, at + 7);
  return changed;
}
