import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { EnginePool } from "../../engine/engine-pool.ts";
import { type ImageEngine, sourceName } from "../../engine/image-engine.ts";
import { type Transform, transformSchema } from "../../image/transform.ts";
import { silentLogger } from "../../logger.ts";
import { drawPicture } from "./draw-picture.ts";
import type { Photo } from "./photo.ts";

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Taken in turn: 2 to 3 megapixels, upright ones among them. */
const usualSizes: readonly Size[] = [
  { width: 1600, height: 1200 },
  { width: 1200, height: 1600 },
  { width: 2000, height: 1500 },
];
/** So many different pictures: none is answered from a cache of the one before, and making them takes a moment. */
const differentPhotos = 6;
const limits = { maxPixels: 25_000_000, maxSide: 16_384, maxFrames: 1 };

/**
 * JPEG photos that cost a decoder what a camera's cost. They are drawn here at half their size, so that no package
 * is needed, and an engine process, which knows JPEG, makes them large: a fourth of the drawing, all of the pixels.
 */
export async function generatePhotos(
  count: number,
  size: Size | undefined,
  signal: AbortSignal,
): Promise<Photo[]> {
  const sizes = size ? [size] : usualSizes;
  const folder = await mkdtemp(join(tmpdir(), "pixmill-load-test-"));
  const engine = new EnginePool({
    processes: Math.min(2, availableParallelism()),
    timeoutMs: 60_000,
    logger: silentLogger(),
  });
  // Engine processes do not keep this one alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    const seeds = Array.from({ length: Math.min(count, differentPhotos) }, (_, index) => index);
    return await Promise.all(
      seeds.map(async (seed) => {
        const content = await makePhoto(
          engine,
          folder,
          { ...(sizes[seed % sizes.length] as Size), seed },
          signal,
        );
        return { name: `photo-${seed + 1}.jpg`, read: async () => content };
      }),
    );
  } finally {
    await engine.close();
    clearInterval(alive);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makePhoto(
  engine: ImageEngine,
  parent: string,
  { width, height, seed }: Size & { seed: number },
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(parent, "photo-"));
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2), seed };
  await writeFile(join(folder, sourceName), drawPicture(half));
  const header = await engine.inspect(folder, limits, signal);
  const { rendered } = await engine.render(
    { folder, header, transforms: [enlarged(width, height)], limits },
    signal,
  );
  const file = rendered[0]?.file;
  if (file === undefined) throw new Error("the photos could not be generated; give your own with --folder");
  return new Uint8Array(await readFile(join(folder, file)));
}

function enlarged(width: number, height: number): Transform {
  return transformSchema.parse({
    name: "photo",
    width,
    height,
    fit: "fill",
    enlarge: true,
    format: "jpeg",
    quality: 90,
  });
}
