type Entry = readonly [tag: number, type: 3 | 4, value: number];

/** A directory at `at`: its entries, and where the next directory is said to lie (0: nowhere). */
function directory(entries: readonly Entry[], next: number): Buffer {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 2 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

const start = (directoryAt: number) => {
  const bytes = Buffer.from("II*\0\0\0\0\0", "latin1");
  bytes.writeUInt32LE(directoryAt, 4);
  return bytes;
};

/** One page of one grey pixel, stored at byte 8. */
const pixelEntries: readonly Entry[] = [
  [256, 3, 1],
  [257, 3, 1],
  [258, 3, 8],
  [259, 3, 1],
  [262, 3, 1],
  [273, 4, 8],
  [277, 3, 1],
  [278, 3, 1],
  [279, 4, 1],
];
const pixel = Buffer.from([0x80, 0]);

/** Whose only directory names itself as the next one. */
export function tiffIfdLoop(): Buffer {
  return Buffer.concat([start(10), pixel, directory(pixelEntries, 10)]);
}

/** `count` pages of one pixel. 20,000 pages have 2.3 MB. */
export function tiffPages(count: number): Buffer {
  const length = directory(pixelEntries, 0).length;
  const pages = Array.from({ length: count }, (_, page) =>
    directory(pixelEntries, page + 1 < count ? 10 + (page + 1) * length : 0),
  );
  return Buffer.concat([start(10), pixel, ...pages]);
}

/** A TIFF that only says it is large; its directory is the last thing in the file, after `padding` bytes. */
export function hugeTiff(width: number, height: number, padding = 0): Buffer {
  const entries = pixelEntries.map((entry): Entry => {
    if (entry[0] === 256) return [256, 4, width];
    return entry[0] === 257 ? [257, 4, height] : entry;
  });
  return Buffer.concat([start(10 + padding), pixel, Buffer.alloc(padding), directory(entries, 0)]);
}

interface TiffPicture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 RGB, 5 CMYK, 8 Lab (TIFF 6.0). */
  readonly photometric: 1 | 2 | 5 | 8;
  /** Channels of a pixel, and bits of each. */
  readonly samples: number;
  readonly bits: 1 | 8 | 16 | 32;
  /** 1 whole numbers, 3 floating point. */
  readonly sampleFormat?: 1 | 3;
  /** The last channel is alpha, not multiplied in. */
  readonly alpha?: boolean;
  readonly profile?: Buffer;
  /** Rows from the top, little-endian. */
  readonly pixels: Buffer;
}

/** An uncompressed TIFF of any kind of pixels, with a profile if you like. */
export function tiffPicture(picture: TiffPicture): Buffer {
  const { width, height, photometric, samples, bits, sampleFormat = 1, profile = Buffer.alloc(0) } = picture;
  const perSample = (value: number) => Buffer.from(Uint16Array.from({ length: samples }, () => value).buffer);
  const entries: (readonly [tag: number, type: 3 | 4 | 7, data: Buffer, count: number])[] = [];
  const number = (tag: number, value: number) => {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(value);
    entries.push([tag, 4, data, 1]);
  };
  const list = (tag: number, data: Buffer) => entries.push([tag, 3, data, data.length / 2]);
  number(256, width);
  number(257, height);
  list(258, perSample(bits));
  number(259, 1);
  number(262, photometric);
  number(273, 8);
  number(277, samples);
  number(278, height);
  number(279, picture.pixels.length);
  if (picture.alpha) list(338, Buffer.from([2, 0]));
  list(339, perSample(sampleFormat));
  if (profile.length > 0) entries.push([34_675, 7, profile, profile.length]);
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length, 0);
  const extra: Buffer[] = [];
  const directoryAt = 8 + picture.pixels.length;
  let extraAt = directoryAt + bytes.length;
  for (const [index, [tag, type, data, count]] of entries.entries()) {
    const at = 2 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    if (data.length <= 4) {
      data.copy(bytes, at + 8);
    } else {
      bytes.writeUInt32LE(extraAt, at + 8);
      extra.push(data);
      extraAt += data.length;
    }
  }
  return Buffer.concat([start(directoryAt), picture.pixels, bytes, ...extra]);
}
