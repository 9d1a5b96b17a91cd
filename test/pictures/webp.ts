import sharp from "sharp";

export function webpChunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function webpFile(...chunks: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from("WEBP", "latin1"), ...chunks]);
  return webpChunk("RIFF", body);
}

/** 34 bytes that say they are a lossless picture of that size (at most 16,384 a side). */
export function webpHeader(width = 16_383, height = 16_383): Buffer {
  const data = Buffer.alloc(14);
  data[0] = 0x2f;
  data.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1);
  return webpFile(webpChunk("VP8L", data));
}

/** A canvas of up to 2²⁴ a side, with chunks of your own after it. Flags: 0x02 animation, 0x08 EXIF. */
export function extendedWebp(
  { width, height, flags }: { width: number; height: number; flags: number },
  ...chunks: readonly Buffer[]
): Buffer {
  const head = Buffer.alloc(10);
  head[0] = flags;
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  return webpFile(webpChunk("VP8X", head), ...chunks);
}

/** The still picture of `side` pixels square, shown as each of so many frames: 200 of 1,000² have little more than 200 kB. */
export function webpFrames(still: Buffer, count: number, side: number): Buffer {
  const place = Buffer.alloc(16);
  place.writeUIntLE(side - 1, 6, 3);
  place.writeUIntLE(side - 1, 9, 3);
  place.writeUIntLE(100, 12, 3); // milliseconds
  const frame = webpChunk("ANMF", Buffer.concat([place, still.subarray(12)]));
  const frames = Array.from({ length: count }, () => frame);
  return extendedWebp(
    { width: side, height: side, flags: 0x02 },
    webpChunk("ANIM", Buffer.alloc(6)),
    ...frames,
  );
}

/** A real animation: `frames` pictures of `side` pixels square, each a different colour. */
export async function animatedWebp(frames: number, side: number): Promise<Buffer> {
  const pixels = Buffer.alloc(frames * side * side * 3);
  for (let frame = 0; frame < frames; frame++) {
    const shade = (frame * 37 + 40) % 256;
    pixels.fill(shade, frame * side * side * 3, (frame + 1) * side * side * 3);
  }
  const raw = { width: side, height: side * frames, channels: 3, pageHeight: side } as const;
  return await sharp(pixels, { raw, limitInputPixels: false }).webp({ quality: 50, effort: 0 }).toBuffer();
}

/** The still picture in an extended file that has an EXIF block behind its pixels. */
export function webpWithExif(webp: Buffer, exif: Buffer): Buffer {
  const pixels = webp.subarray(12);
  const { width, height } = sizeOf(webp);
  return extendedWebp({ width, height, flags: 0x08 }, pixels, webpChunk("EXIF", exif));
}

/** Of a simple file, lossy (VP8) or lossless (VP8L): RFC 9649, 2.5 and 2.6. */
function sizeOf(webp: Buffer): { width: number; height: number } {
  if (webp.toString("latin1", 12, 16) === "VP8 ") {
    return { width: webp.readUInt16LE(26) & 0x3fff, height: webp.readUInt16LE(28) & 0x3fff };
  }
  const bits = webp.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}
