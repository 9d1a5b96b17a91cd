/** Pictures for tests, made when they are needed: good ones, odd ones, hostile ones. No file of them is kept. */
export { avifClaiming, avifOfPrimaries, avifWithPreview, heicStart } from "./avif.ts";
export { bombs, firstFrames, frameBombs, stuffed } from "./bombs.ts";
export { everyKind } from "./every-kind.ts";
export { exifBlock } from "./exif.ts";
export { foreignFiles, foreignMarks, gifAndScript, jpegAndHtml, jpegAndPhp, jpegAndZip } from "./foreign.ts";
export { withGainMap } from "./gain-map.ts";
export { gif, gifFrames } from "./gif.ts";
export { graphic } from "./graphic.ts";
export { heic, heicClaiming } from "./heic.ts";
export {
  cmykProfile,
  greyProfile,
  rgbProfile,
  rgbSpaces,
  srgbOf,
  srgbOfDaylightLab,
  srgbOfGrey,
  srgbOfLab,
  withJpegProfile,
  withPngProfile,
} from "./icc.ts";
export { isoBox } from "./iso-box.ts";
export {
  jpegClaiming,
  jpegSegment,
  jpegWithComments,
  jpegWithManyApp1,
  withExifOrientation,
  withJpegSegments,
} from "./jpeg.ts";
export { turnableFormats, turned } from "./orientation.ts";
export { flat, photo } from "./photo.ts";
export {
  blackPng,
  hugePng,
  pngChunk,
  pngWithBadChecksum,
  pngWithHugeProfile,
  pngWithHugeText,
  pngWithoutPixels,
  pngWithTexts,
  withPngChunks,
} from "./png.ts";
export { rangedFile } from "./ranged.ts";
export { randomBytes, seededRandom } from "./seeded-random.ts";
export { hugeTiff, tiffIfdLoop, tiffPages, tiffPicture } from "./tiff.ts";
export { truncated } from "./truncated.ts";
export { animatedWebp, extendedWebp, webpChunk, webpHeader } from "./webp.ts";
