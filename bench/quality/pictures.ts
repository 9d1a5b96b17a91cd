import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { graphic, photo } from "../../test/pictures/index.ts";
import { type Pixels, pixelsOf } from "./score.ts";

/** As large as most variants; what a camera's own compression left behind is gone at this size. */
const longSide = 1200;

/** Generated, so that anybody can repeat the run; they cost what photos cost. */
export async function generatedPhotos(): Promise<readonly Pixels[]> {
  const sources = await Promise.all(
    [1, 2, 3].map((seed) => photo({ width: 2400, height: 1600, seed, format: "png" })),
  );
  return await Promise.all(sources.map(scaled));
}

/** Text and flat colour: two as they are, two scaled down, which softens their edges. */
export async function graphics(): Promise<readonly Pixels[]> {
  const whole = [1, 2].map((seed) => graphic({ width: 900, height: 600, seed }).then(pixelsOf));
  const halves = [3, 4].map((seed) => graphic({ width: 1800, height: 1200, seed }).then(half));
  return await Promise.all([...whole, ...halves]);
}

/** Every picture of a folder, scaled down. Throws when there is none. */
export async function photosOf(folder: string): Promise<readonly Pixels[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp|tiff?|avif)$/i.test(name)).sort();
  if (names.length === 0) throw new Error(`There is no picture in ${folder}.`);
  return await Promise.all(names.map((name) => scaled(join(folder, name))));
}

async function scaled(file: Buffer | string): Promise<Pixels> {
  const size = { width: longSide, height: longSide, fit: "inside", withoutEnlargement: true } as const;
  return await pixelsOf(await sharp(file).autoOrient().resize(size).png({ compressionLevel: 1 }).toBuffer());
}

async function half(file: Buffer): Promise<Pixels> {
  return await pixelsOf(await sharp(file).resize(900).png({ compressionLevel: 1 }).toBuffer());
}
