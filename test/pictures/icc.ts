import { deflateSync } from "node:zlib";
import { jpegSegment, withJpegSegments } from "./jpeg.ts";
import { pngChunk, withPngChunks } from "./png.ts";

type Triple = readonly [number, number, number];

/** What a little colour profile of ours says, so that a test can work a colour out by hand. */
interface RgbSpace {
  /** XYZ of red, green and blue under D50 (the columns of the matrix). */
  readonly colorants: readonly [Triple, Triple, Triple];
  /** A plain power, or sRGB's own curve. */
  readonly curve: number | "srgb";
}

/** Values of the standards (IEC 61966-2-1, Adobe RGB (1998), SMPTE EG 432-1), adapted to D50 by Bradford. */
export const rgbSpaces = {
  srgb: {
    colorants: [
      [0.43607, 0.22249, 0.01392],
      [0.38515, 0.71687, 0.09708],
      [0.14307, 0.06061, 0.7141],
    ],
    curve: "srgb",
  },
  adobe: {
    colorants: [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    curve: 563 / 256,
  },
  p3: {
    colorants: [
      [0.51512, 0.2412, -0.00105],
      [0.29198, 0.69225, 0.04189],
      [0.1571, 0.06657, 0.78407],
    ],
    curve: "srgb",
  },
} as const satisfies Record<string, RgbSpace>;

const whiteD50: Triple = [0.9642, 1, 0.82491];

const s15Fixed16 = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65_536), index * 4);
  return bytes;
};
const tagType = (type: string, ...data: readonly Uint8Array[]) =>
  Buffer.concat([Buffer.from(`${type}\0\0\0\0`, "latin1"), ...data]);
const xyz = (value: Triple) => tagType("XYZ ", s15Fixed16(...value));

function curve(shape: RgbSpace["curve"]): Buffer {
  if (shape === "srgb") {
    const parameters = s15Fixed16(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);
    return tagType("para", Buffer.from([0, 3, 0, 0]), parameters);
  }
  const one = Buffer.alloc(6);
  one.writeUInt32BE(1, 0);
  one.writeUInt16BE(Math.round(shape * 256), 4);
  return tagType("curv", one);
}

/** A profile of those tags (ICC.1, 7). `space`: four letters. */
function profile(
  { space, pcs, version }: { space: string; pcs: string; version: number },
  tags: Readonly<Record<string, Buffer>>,
): Buffer {
  const head = Buffer.alloc(128);
  head[8] = version;
  head.write(space === "CMYK" ? "prtr" : "mntr", 12, "latin1");
  head.write(space, 16, "latin1");
  head.write(pcs, 20, "latin1");
  head.writeUInt16BE(2020, 24);
  head[27] = 1;
  head[29] = 1;
  head.write("acsp", 36, "latin1");
  s15Fixed16(...whiteD50).copy(head, 68);
  const entries = Object.entries({ wtpt: xyz(whiteD50), ...tags });
  const table = Buffer.alloc(4 + entries.length * 12);
  table.writeUInt32BE(entries.length, 0);
  const bodies: Buffer[] = [];
  let offset = head.length + table.length;
  for (const [index, [signature, body]] of entries.entries()) {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    table.write(signature, 4 + index * 12, "latin1");
    table.writeUInt32BE(offset, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    bodies.push(padded);
    offset += padded.length;
  }
  const whole = Buffer.concat([head, table, ...bodies]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

export function rgbProfile({ colorants: [red, green, blue], curve: shape }: RgbSpace): Buffer {
  const curves = { rTRC: curve(shape), gTRC: curve(shape), bTRC: curve(shape) };
  return profile(
    { space: "RGB ", pcs: "XYZ ", version: 4 },
    { rXYZ: xyz(red), gXYZ: xyz(green), bXYZ: xyz(blue), ...curves },
  );
}

export function greyProfile(gamma: number): Buffer {
  return profile({ space: "GRAY", pcs: "XYZ ", version: 4 }, { kTRC: curve(gamma) });
}

/** A printer whose sixteen full inks and overprints have the Lab colours that `colourOf` says. */
export function cmykProfile(colourOf: (inks: readonly boolean[]) => Triple): Buffer {
  const identity = Buffer.from(Uint8Array.from({ length: 256 }, (_, value) => value));
  const corners = Array.from({ length: 16 }, (_, corner) => {
    const [l, a, b] = colourOf([8, 4, 2, 1].map((bit) => (corner & bit) !== 0));
    return Buffer.from([Math.round(l * 2.55), Math.round(a + 128), Math.round(b + 128)]);
  });
  const table = tagType(
    "mft1",
    Buffer.from([4, 3, 2, 0]),
    s15Fixed16(1, 0, 0, 0, 1, 0, 0, 0, 1),
    ...Array.from({ length: 4 }, () => identity),
    ...corners,
    ...Array.from({ length: 3 }, () => identity),
  );
  return profile({ space: "CMYK", pcs: "Lab ", version: 2 }, { A2B0: table });
}

/** The PNG with that profile in it. The PNG must have none. */
export function withPngProfile(png: Buffer, icc: Buffer): Buffer {
  return withPngChunks(png, pngChunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), deflateSync(icc)])));
}

/** The JPEG with that profile in it, at most 64 kB. The JPEG must have none. */
export function withJpegProfile(jpeg: Buffer, icc: Buffer): Buffer {
  const head = Buffer.from("ICC_PROFILE\0\x01\x01", "latin1");
  return withJpegSegments(jpeg, jpegSegment(0xe2, Buffer.concat([head, icc])));
}

const decode = (value: number, shape: RgbSpace["curve"]) => {
  if (shape !== "srgb") return value ** shape;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const encode = (light: number) => {
  const inside = Math.min(1, Math.max(0, light));
  const value = inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055;
  return Math.round(value * 255);
};

/** 8-bit sRGB of a colour given as XYZ under D50: the reference that needs no colour engine. */
function srgbOfXyz([x, y, z]: Triple): number[] {
  // The inverse of sRGB's colorants above.
  return [
    encode(3.13414 * x - 1.61736 * y - 0.49065 * z),
    encode(-0.97879 * x + 1.91626 * y + 0.03344 * z),
    encode(0.07195 * x - 0.22898 * y + 1.40539 * z),
  ];
}

export function srgbOf(space: RgbSpace, colour: Triple): number[] {
  const light = colour.map((value) => decode(value / 255, space.curve));
  const sum = (row: 0 | 1 | 2) =>
    space.colorants.reduce((total, colorant, index) => total + colorant[row] * (light[index] ?? 0), 0);
  return srgbOfXyz([sum(0), sum(1), sum(2)]);
}

export function srgbOfGrey(gamma: number, value: number): number {
  return encode((value / 255) ** gamma);
}

const labToXyz = ([l, a, b]: Triple, [whiteX, whiteY, whiteZ]: Triple): Triple => {
  const fy = (l + 16) / 116;
  const part = (f: number) => (f ** 3 > 216 / 24_389 ? f ** 3 : (116 * f - 16) / (24_389 / 27));
  return [part(fy + a / 500) * whiteX, part(fy) * whiteY, part(fy - b / 200) * whiteZ];
};

/** Lab under D50, as profiles mean it. */
export function srgbOfLab(lab: Triple): number[] {
  return srgbOfXyz(labToXyz(lab, whiteD50));
}

/** Lab under D65, as libvips means it: up to 6 of 255 from D50 where the colour is strong. */
export function srgbOfDaylightLab(lab: Triple): number[] {
  const [x, y, z] = labToXyz(lab, [0.95047, 1, 1.08883]);
  return [
    encode(3.24045 * x - 1.53714 * y - 0.49853 * z),
    encode(-0.96927 * x + 1.87601 * y + 0.04156 * z),
    encode(0.05564 * x - 0.20403 * y + 1.05723 * z),
  ];
}
