import sharp from "sharp";

/** For tests: the pixels of a picture as they are stored, whatever its profile, with the values at any point. */
export async function pixelsOf(picture: string | Buffer, pages = 1) {
  const { data, info } = await sharp(picture, { pages, ignoreIcc: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start = (y * info.width + x) * info.channels;
    return [...data.subarray(start, start + info.channels)];
  };
  return { ...info, data, at };
}

/** For tests: the values of the pixel in the middle. */
export async function middleOf(picture: string | Buffer): Promise<number[]> {
  const { width, height, at } = await pixelsOf(picture);
  return at(width >> 1, height >> 1);
}

/** For tests: how far two pictures of one size lie apart on average, of 255. */
export function meanDifference(a: Buffer, b: Buffer): number {
  if (a.length !== b.length) throw new Error(`${a.length} bytes of pixels are not ${b.length}`);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
