import sharp from "sharp";

/**
 * sharp, locked before its first open: one thread, no cache, and only the loaders of the formats that are taken.
 *
 * libvips has some forty loaders, and picks by content whatever the file is called. The SVG loader reads
 * neighbouring files, others are large and seldom tested. libvips opens paths through the `…File` classes.
 */
const loaders = [
  "VipsForeignLoadJpegFile",
  // A JPEG with an HDR gain map; the two pictures in it are then read from memory.
  "VipsForeignLoadUhdrFile",
  "VipsForeignLoadJpegBuffer",
  "VipsForeignLoadPngFile",
  "VipsForeignLoadWebpFile",
  "VipsForeignLoadNsgifFile",
  "VipsForeignLoadTiffFile",
  "VipsForeignLoadHeifFile",
];

sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: loaders });

/**
 * From the first SVG on, this process reads SVG from memory, where it finds no neighbours. What is given must be
 * cleaned before. The loader that opens paths stays locked.
 */
export function unlockSvg(): void {
  sharp.unblock({ operation: ["VipsForeignLoadSvgBuffer"] });
}

/**
 * Runs a pipeline whose picture has a gain map. When such a picture is turned, sharp 0.35.5 lets the opened file go
 * while the gain map still reads from its memory (seen as "Not a JPEG file: starts with" some random bytes): the
 * cache, large enough that nothing is dropped from it, holds on to the file until the pipeline has ended.
 */
export async function holdingTheFile<T>(run: () => Promise<T>): Promise<T> {
  sharp.cache({ memory: 4_096, files: 100, items: 1_000 });
  try {
    return await run();
  } finally {
    sharp.cache(false);
  }
}

declare module "sharp" {
  interface Sharp {
    /** In sharp since 0.35 (https://sharp.pixelplumbing.com/api-output#keepgainmap), and not yet in its types. */
    keepGainMap(): Sharp;
  }
}

export { sharp };
