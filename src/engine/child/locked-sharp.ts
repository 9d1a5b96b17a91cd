import sharp from "sharp";

/**
 * sharp, locked before its first open: one thread, no cache, and only the loaders of the formats that are taken.
 *
 * libvips has some forty loaders, and picks by content whatever the file is called. The SVG loader reads
 * neighbouring files, others are large and seldom tested. libvips opens paths through the `…File` classes.
 */
const loaders = [
  "VipsForeignLoadJpegFile",
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

export { sharp };
