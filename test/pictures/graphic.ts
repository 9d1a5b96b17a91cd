import sharp from "sharp";
import type { Format } from "../../src/image/format.ts";
import { seededRandom } from "./seeded-random.ts";

interface GraphicOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly seed?: number;
  readonly format?: Extract<Format, "png" | "jpeg">;
}

const inks = ["#e01020", "#1030d0", "#008040", "#000000", "#d000c0", "#e07000"] as const;
const papers = ["#ffffff", "#fff4d0", "#202830", "#1050a0"] as const;

/**
 * What a screen shows: lines of small coloured text on flat paper, hairlines and flat blocks. The letters are drawn
 * in 5×7 dots, each dot two pixels wide, so that no font is needed. The same options make the same pixels.
 */
export async function graphic({ width, height, seed = 1, format = "png" }: GraphicOptions): Promise<Buffer> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const data = Buffer.alloc(width * height * 3);
  const fill = (left: number, top: number, w: number, h: number, colour: string) => {
    const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    for (let y = Math.max(0, top); y < Math.min(height, top + h); y += 1) {
      for (let x = Math.max(0, left); x < Math.min(width, left + w); x += 1)
        data.set(rgb, (y * width + x) * 3);
    }
  };
  const letters = Array.from({ length: 26 }, () => Array.from({ length: 35 }, () => random() < 0.45));
  const paper = papers[seed % papers.length] ?? papers[0];
  fill(0, 0, width, height, paper);
  for (let top = 8; top < height; top += 22) {
    const ink = pick(inks);
    if (random() < 0.2) {
      fill(8, top, Math.floor(random() * width), 16, ink);
      continue;
    }
    for (let left = 8; left + 12 < width * (0.4 + random() * 0.6); left += 12) {
      const letter = pick(letters);
      if (random() < 0.15) continue; // between words
      for (const [dot, inked] of letter.entries()) {
        if (inked) fill(left + (dot % 5) * 2, top + Math.floor(dot / 5) * 2, 2, 2, ink);
      }
    }
    fill(0, top + 18, width, 1, pick(inks));
  }
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}
