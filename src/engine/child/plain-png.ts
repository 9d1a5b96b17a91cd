import { closeSync, openSync, writeSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

export interface PlainPixels {
  readonly width: number;
  readonly height: number;
  /** RGB or RGBA, 8 bits each. */
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
  /** Bytes from one row to the next: at least `width × channels`. */
  readonly stride: number;
}

/** What a PNG says about its pixels. */
export interface PngFacts {
  /** A colour profile (ICC). */
  readonly profile?: Uint8Array | undefined;
  /** A TIFF block. */
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
/** The longest block that deflate can store (RFC 1951, 3.2.4). */
const blockBytes = 65_535;

/**
 * Writes pixels as a PNG that is stored and not compressed (RFC 2083), piece by piece, so that no second copy of
 * them is in memory. An existing file is overwritten.
 */
export function writePlainPng(path: string, pixels: PlainPixels, facts: PngFacts): void {
  const file = openSync(path, "w");
  const write = (type: string, data: Uint8Array) => writeWhole(file, chunk(type, data));
  try {
    writeWhole(file, signature);
    write("IHDR", header(pixels));
    if (facts.profile) write("iCCP", Buffer.concat([latin("icc\0\0"), deflateSync(facts.profile)]));
    if (facts.exif) write("eXIf", facts.exif);
    if (facts.xmp) write("iTXt", Buffer.concat([latin("XML:com.adobe.xmp\0\0\0\0\0"), facts.xmp]));
    writeRows(pixels, (data) => write("IDAT", data));
    write("IEND", Buffer.alloc(0));
  } finally {
    closeSync(file);
  }
}

const latin = (text: string) => Buffer.from(text, "latin1");

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const whole = Buffer.allocUnsafe(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, "latin1");
  whole.set(data, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

function header({ width, height, channels }: PlainPixels): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = 8;
  data[9] = channels === 4 ? 6 : 2;
  return data;
}

/** A zlib stream (RFC 1950) of stored blocks: each row behind the byte that says "not filtered". */
function writeRows(
  { width, height, channels, data, stride }: PlainPixels,
  write: (data: Buffer) => void,
): void {
  const block = Buffer.alloc(5 + blockBytes);
  let used = 0;
  let sum = 1;
  const flush = () => {
    block.writeUInt16LE(used, 1);
    block.writeUInt16LE(0xffff - used, 3);
    sum = adler32(block.subarray(5, 5 + used), sum);
    write(block.subarray(0, 5 + used));
    used = 0;
  };
  const put = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + blockBytes - used);
      block.set(piece, 5 + used);
      used += piece.length;
      at += piece.length;
      if (used === blockBytes) flush();
    }
  };
  write(Buffer.from([0x78, 0x01]));
  const notFiltered = Buffer.from([0]);
  for (let row = 0; row < height; row++) {
    put(notFiltered);
    put(data.subarray(row * stride, row * stride + width * channels));
  }
  block[0] = 1;
  flush();
  const end = Buffer.alloc(4);
  end.writeUInt32BE(sum);
  write(end);
}

/** Node has no checksum of zlib's own kind (RFC 1950). 3,800 bytes are the most that need no remainder. */
function adler32(bytes: Uint8Array, before: number): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + 3_800, bytes.length);
    for (; at < end; at++) {
      low += bytes[at] ?? 0;
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return ((high << 16) | low) >>> 0;
}
