import sharp from "sharp";
import type { Picture } from "./load.ts";

/** What a result must be, as the upload asked for it. */
interface Wanted {
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly format?: string;
}

/** Squares a side in which a result is compared with its picture: enough to tell pictures apart. */
const squares = 6;
/** Mean difference of a square's colours, of 255: what encoders and rounding come to. Other pictures differ by 20. */
const mostDifference = 6;

/** Knows what each variant of each picture looks like; a neighbour's result has the right name and is another picture. */
export class ExactResults {
  /** Hash of what was looked at and found right, by picture and variant. */
  readonly #right = new Map<string, string>();

  /** What is wrong with it, or `undefined`. */
  async fault(picture: Picture, variant: string, content: Buffer, hash: string): Promise<string | undefined> {
    const key = `${picture.name}/${variant}`;
    if (this.#right.get(key) === hash) return undefined;
    const wanted = (JSON.parse(picture.variants) as Wanted[]).find(({ name }) => name === variant);
    if (!wanted) return "was not asked for";
    // As the engine: of odd files there are warnings.
    const expected = await sharp(picture.content, { failOn: "error" })
      .resize({
        ...(wanted.width && { width: wanted.width }),
        ...(wanted.height && { height: wanted.height }),
      })
      .png()
      .toBuffer({ resolveWithObject: true });
    const { width, height, format } = await sharp(content).metadata();
    const { info } = expected;
    if (width !== info.width || height !== info.height || !isFormat(format, wanted.format ?? "jpeg"))
      return `is ${format} ${width}×${height}`;
    const [made, meant] = [await coloursOf(content), await coloursOf(expected.data)];
    const difference =
      made.reduce((sum, value, at) => sum + Math.abs(value - (meant[at] ?? 0)), 0) / made.length;
    if (difference > mostDifference) return "is another picture";
    this.#right.set(key, hash);
    return undefined;
  }
}

function isFormat(found: string | undefined, wanted: string): boolean {
  return found === (wanted === "avif" ? "heif" : wanted);
}

async function coloursOf(content: Buffer): Promise<Buffer> {
  // Decoded whole: what a JPEG hands out at an eighth of its size is at the edge another picture.
  const { data, info } = await sharp(content, { failOn: "error" })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return await sharp(data, { raw: info }).resize(squares, squares, { fit: "fill" }).raw().toBuffer();
}
