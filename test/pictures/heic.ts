import { type HevcPicture, hevcPicture } from "./hevc.ts";
import { isoBox } from "./iso-box.ts";

export interface HeicOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB, or RGBA with `alpha`. */
  readonly pixels: Uint8Array;
  readonly alpha?: boolean;
  /** Quarter turns against the clock, as `irot` counts them. */
  readonly quarters?: number;
  /** `imir`: 0 turns top and bottom around, 1 left and right. */
  readonly mirror?: 0 | 1;
  readonly profile?: Buffer;
  /** The primaries of `nclx` (ITU-T H.273): 1 is sRGB's, 12 Display P3's. */
  readonly primaries?: number;
  /** A TIFF block. */
  readonly exif?: Buffer;
  readonly xmp?: string;
  /** Cut into so many tiles, as a phone does it: columns and rows. */
  readonly tiles?: readonly [number, number];
  /** The clean aperture: what is shown of it, from the middle. */
  readonly shown?: readonly [number, number];
  /** The brand, `heic` if not said. */
  readonly brand?: string;
}

/** A small HEIC whose header claims another size than its pixels have. */
export function heicClaiming(width: number, height: number, shown?: readonly [number, number]): Buffer {
  const file = heic({
    width: 16,
    height: 16,
    pixels: Buffer.alloc(16 * 16 * 3, 90),
    ...(shown && { shown }),
  });
  const at = file.indexOf("ispe");
  file.writeUInt32BE(width, at + 8);
  file.writeUInt32BE(height, at + 12);
  return file;
}

interface Item {
  readonly type: string;
  readonly data: Buffer;
  readonly properties: readonly Buffer[];
  readonly hidden?: boolean;
  /** A reference of that type from this item to others (1 is the first). */
  readonly refers?: readonly [type: string, to: readonly number[]];
}

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
const u32 = (...values: number[]) =>
  Buffer.from(
    values.flatMap((value) => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]),
  );
const text = (value: string) => Buffer.from(`${value}\0`, "latin1");
const fullBox = (type: string, version: number, flags: number, ...contents: Uint8Array[]) =>
  isoBox(type, u32(((version << 24) | flags) >>> 0), ...contents);

/**
 * A HEIC as phones and `heif-enc` make them, its HEVC stored and not compressed. The first item is the picture,
 * or the grid of its tiles.
 */
export function heic(options: HeicOptions): Buffer {
  const { brand = "heic" } = options;
  const items = itemsOf(options);
  const brands = isoBox("ftyp", Buffer.from(`${brand}\0\0\0\0mif1heic`, "latin1"));
  const mdat = isoBox("mdat", ...items.map(({ data }) => data));
  // The first pass only tells how long the box is.
  const before = brands.length + metaBox(items, 0).length + 8;
  return Buffer.concat([brands, metaBox(items, before), mdat]);
}

function itemsOf(options: HeicOptions): Item[] {
  const { width, height, pixels, alpha = false, tiles, exif, xmp } = options;
  const turns = turnsOf(options);
  const main: Item[] = tiles
    ? grid(options, tiles)
    : [item(picture(pixels, width, height, alpha ? 4 : 3), width, height)];
  const [first, ...rest] = main;
  if (!first) throw new Error("a HEIC has at least one item");
  const items = [{ ...first, properties: [...first.properties, ...colours(options), ...turns] }, ...rest];
  if (alpha) {
    const type = fullBox("auxC", 0, 0, text("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"));
    const plane = item(alphaPicture(pixels, width, height), width, height, [type, ...turns]);
    items.push({ ...plane, refers: ["auxl", [1]] });
  }
  const about = (type: string, data: Buffer) =>
    items.push({ type, data, properties: [], refers: ["cdsc", [1]] });
  if (exif) about("Exif", Buffer.concat([u32(0), exif]));
  if (xmp) about("mime", Buffer.from(xmp));
  return items;
}

function turnsOf({ quarters, mirror, shown }: HeicOptions): Buffer[] {
  const turns: Buffer[] = [];
  if (shown) {
    const [across, down] = shown;
    turns.push(isoBox("clap", u32(across, 1, down, 1, 0, 1, 0, 1)));
  }
  if (quarters !== undefined) turns.push(isoBox("irot", u8(quarters)));
  if (mirror !== undefined) turns.push(isoBox("imir", u8(mirror)));
  return turns;
}

function colours({ profile, primaries = 1 }: HeicOptions): Buffer[] {
  // Full range, the matrix of BT.601; then the picture's own profile.
  const nclx = isoBox("colr", Buffer.from("nclx"), u16(primaries, 13, 6), u8(0x80));
  return profile ? [isoBox("colr", Buffer.from("prof"), profile), nclx] : [nclx];
}

function item(
  { configuration, data }: HevcPicture,
  width: number,
  height: number,
  more: Buffer[] = [],
): Item {
  const size = fullBox("ispe", 0, 0, u32(width, height));
  return { type: "hvc1", data, properties: [isoBox("hvcC", configuration), size, ...more] };
}

function grid({ width, height, pixels }: HeicOptions, [columns, rows]: readonly [number, number]): Item[] {
  const [across, down] = [width / columns, height / rows];
  const cells: Item[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = Buffer.alloc(across * down * 3);
      for (let y = 0; y < down; y++) {
        const from = ((row * down + y) * width + column * across) * 3;
        cell.set(pixels.subarray(from, from + across * 3), y * across * 3);
      }
      const properties = colours({ width, height, pixels });
      cells.push({ ...item(picture(cell, across, down, 3), across, down, properties), hidden: true });
    }
  }
  const whole: Item = {
    type: "grid",
    data: Buffer.concat([u8(0, 0, rows - 1, columns - 1), u16(width, height)]),
    properties: [fullBox("ispe", 0, 0, u32(width, height))],
    refers: ["dimg", cells.map((_, index) => index + 2)],
  };
  return [whole, ...cells];
}

function metaBox(items: readonly Item[], dataStart: number): Buffer {
  const infos = items.map(({ type, hidden }, index) => {
    const kind = type === "mime" ? text("application/rdf+xml") : Buffer.alloc(0);
    return fullBox("infe", 2, hidden ? 1 : 0, u16(index + 1, 0), Buffer.from(type), text(""), kind);
  });
  let at = dataStart;
  const places = items.map(({ data }, index) => {
    const place = Buffer.concat([u16(index + 1, 0, 1), u32(at, data.length)]);
    at += data.length;
    return place;
  });
  const references = items.flatMap(({ refers }, index) => {
    if (!refers) return [];
    const [type, to] = refers;
    return [isoBox(type, u16(index + 1, to.length, ...to))];
  });
  // Tiles share what they have in common: libheif takes at most 100 properties.
  const values: Buffer[] = [];
  const placeOf = (property: Buffer) => {
    const known = values.findIndex((value) => value.equals(property));
    return known >= 0 ? known + 1 : values.push(property);
  };
  const owned = items.map(({ properties }, index) => {
    const essential = properties.map((property) => placeOf(property) | 0x8000);
    return Buffer.concat([u16(index + 1), u8(essential.length), u16(...essential)]);
  });
  return fullBox(
    "meta",
    0,
    0,
    fullBox("hdlr", 0, 0, u32(0), Buffer.from("pict"), u32(0, 0, 0), u8(0)),
    fullBox("pitm", 0, 0, u16(1)),
    fullBox("iloc", 0, 0, u8(0x44, 0), u16(items.length), ...places),
    fullBox("iinf", 0, 0, u16(items.length), ...infos),
    ...(references.length > 0 ? [fullBox("iref", 0, 0, ...references)] : []),
    isoBox("iprp", isoBox("ipco", ...values), fullBox("ipma", 0, 1, u32(items.length), ...owned)),
  );
}

/** RGB as Y, Cb and Cr of the full range (BT.601), colour at half the resolution where both sides are even. */
function picture(pixels: Uint8Array, width: number, height: number, channels: 3 | 4): HevcPicture {
  const step = width % 2 === 0 && height % 2 === 0 ? 2 : 1;
  const luma = new Uint8ClampedArray(width * height);
  const blue = new Float32Array(luma.length / step ** 2);
  const red = new Float32Array(luma.length / step ** 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const r = pixels[from] ?? 0;
      const g = pixels[from + 1] ?? 0;
      const b = pixels[from + 2] ?? 0;
      // Not 0: a run of zeros needs a byte more for each two, and libde265 takes minutes over a million of those.
      luma[y * width + x] = Math.max(1, 0.299 * r + 0.587 * g + 0.114 * b);
      const at = Math.floor(y / step) * (width / step) + Math.floor(x / step);
      blue[at] = (blue[at] ?? 0) + (-0.168736 * r - 0.331264 * g + 0.5 * b) / step ** 2;
      red[at] = (red[at] ?? 0) + (0.5 * r - 0.418688 * g - 0.081312 * b) / step ** 2;
    }
  }
  const bytes = (plane: Float32Array) =>
    Uint8Array.from(Uint8ClampedArray.from(plane, (value) => value + 128));
  const chroma = [bytes(blue), bytes(red)] as const;
  return hevcPicture({ width, height, luma: Uint8Array.from(luma), chroma, subsampling: step });
}

function alphaPicture(pixels: Uint8Array, width: number, height: number): HevcPicture {
  const luma = Uint8Array.from({ length: width * height }, (_, index) => pixels[index * 4 + 3] ?? 0);
  return hevcPicture({ width, height, luma, subsampling: 1 });
}
