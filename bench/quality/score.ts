import sharp from "sharp";
import { labOf } from "../../test/support/lab.ts";

/** RGB, 8 bits a channel, rows from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** Any picture as plain pixels; what is transparent is laid on white. */
export async function pixelsOf(file: Buffer | string): Promise<Pixels> {
  const opened = sharp(file).flatten({ background: "#ffffff" }).toColourspace("srgb");
  const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  return { width: info.width, height: info.height, data };
}

const window = 8;
const step = 4;
// (0.01 × 255)² and (0.03 × 255)², as in the paper.
const [c1, c2] = [6.5025, 58.5225];

/**
 * Structural similarity of the brightness of two pictures of one size, 1 where they are alike: Wang, Bovik, Sheikh
 * and Simoncelli, "Image quality assessment", 2004, equation 13, over squares of 8 pixels, one each 4 pixels.
 */
export function ssim(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error("pictures of two sizes");
  const [lumaA, lumaB] = [luma(a), luma(b)];
  let sum = 0;
  let count = 0;
  for (let y = 0; y + window <= a.height; y += step) {
    for (let x = 0; x + window <= a.width; x += step, count += 1) {
      sum += similarity(lumaA, lumaB, y * a.width + x, a.width);
    }
  }
  return sum / count;
}

/** Rec. 601, as JPEG has it. */
function luma({ width, height, data }: Pixels): Float32Array {
  return Float32Array.from({ length: width * height }, (_, index) => {
    const at = index * 3;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function similarity(a: Float32Array, b: Float32Array, start: number, width: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < window; row += 1) {
    for (let at = start + row * width, end = at + window; at < end; at += 1) {
      const [valueA = 0, valueB = 0] = [a[at], b[at]];
      sumA += valueA;
      sumB += valueB;
      squaresA += valueA * valueA;
      squaresB += valueB * valueB;
      products += valueA * valueB;
    }
  }
  const count = window * window;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const variances = (squaresA + squaresB) / count - meanA * meanA - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
    ((meanA * meanA + meanB * meanB + c1) * (variances + c2))
  );
}

/**
 * How wrong the colours are where they are worst: the 99th percentile of the distance in the a and b of CIE Lab,
 * which SSIM does not look at. 2 is just seen, 10 is another colour.
 */
export async function colourError(a: Pixels, b: Pixels): Promise<number> {
  const [labA, labB] = await Promise.all([labOf(a.data), labOf(b.data)]);
  const distances = Float32Array.from({ length: a.width * a.height }, (_, index) => {
    const at = index * 3;
    return Math.hypot((labA[at + 1] ?? 0) - (labB[at + 1] ?? 0), (labA[at + 2] ?? 0) - (labB[at + 2] ?? 0));
  }).sort();
  return distances[Math.floor(distances.length * 0.99)] ?? Number.NaN;
}
