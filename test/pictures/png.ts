import { constants, crc32, deflateRawSync, deflateSync } from "node:zlib";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** One chunk, its checksum right. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

function pngFile(...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([signature, ...chunks]);
}

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly interlaced?: boolean;
  /** 1, 8 or 16 bits of grey. */
  readonly bits?: number;
}

function pngHeaderChunk({ width, height, interlaced = false, bits = 8 }: PngHeader): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = bits;
  data[12] = interlaced ? 1 : 0;
  return pngChunk("IHDR", data);
}

const end = pngChunk("IEND", Buffer.alloc(0));

/**
 * A PNG that only says it is large: its header and checksums are right, its pixels are a few compressed zeros.
 * 16,515,078×6 is the 84-byte kind that costs libvips gigabytes.
 */
export function hugePng(width: number, height: number, interlaced = false): Buffer {
  const pixels = pngChunk("IDAT", deflateSync(Buffer.alloc(64)));
  return pngFile(pngHeaderChunk({ width, height, interlaced, bits: 1 }), pixels, end);
}

/** A whole PNG of zeros: `width × height` black pixels of one bit, its compressed size about a thousandth. */
export function blackPng(width: number, height: number): Buffer {
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height));
  return pngFile(pngHeaderChunk({ width, height, bits: 1 }), pngChunk("IDAT", rows), end);
}

/** The picture with chunks set between its header and what follows. */
export function withPngChunks(png: Buffer, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** As many comments as you like, each `length` characters long. */
export function pngWithTexts(png: Buffer, count: number, length: number): Buffer {
  const text = pngChunk("tEXt", Buffer.from(`Comment\0${"x".repeat(length)}`, "latin1"));
  return withPngChunks(png, Buffer.concat(Array.from({ length: count }, () => text)));
}

/** A compressed comment that unpacks to `bytes` zeros. */
export function pngWithHugeText(png: Buffer, bytes: number): Buffer {
  const text = Buffer.concat([Buffer.from("Comment\0\0", "latin1"), packedZeros(bytes)]);
  return withPngChunks(png, pngChunk("zTXt", text));
}

/** A colour profile that unpacks to `bytes` zeros. */
export function pngWithHugeProfile(png: Buffer, bytes: number): Buffer {
  const profile = Buffer.concat([Buffer.from("profile\0\0", "latin1"), packedZeros(bytes)]);
  return withPngChunks(png, pngChunk("iCCP", profile));
}

const mebibyte = 2 ** 20;

/** As zlib packs them, a mebibyte at a time: nobody holds all of them to pack them. Whole mebibytes. */
function packedZeros(bytes: number): Buffer {
  // Flushed in full, each block can be repeated and ends at a byte.
  const block = deflateRawSync(Buffer.alloc(mebibyte), { finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: bytes / mebibyte }, () => block);
  const checksum = Buffer.alloc(4); // Adler-32 (RFC 1950): of zeros its lower sum stays 1
  checksum.writeUInt32BE((((bytes % 65_521) << 16) | 1) >>> 0);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...blocks, Buffer.from([0x03, 0x00]), checksum]);
}

export function pngWithoutPixels(width: number, height: number): Buffer {
  return pngFile(pngHeaderChunk({ width, height }), end);
}

/** The header's checksum is wrong by one bit. */
export function pngWithBadChecksum(png: Buffer): Buffer {
  const damaged = Buffer.from(png);
  damaged.writeUInt32BE((damaged.readUInt32BE(29) ^ 1) >>> 0, 29);
  return damaged;
}
