import type { AvifOptions, JpegOptions, PngOptions, Sharp, WebpOptions } from "sharp";
import { encoders } from "../../src/engine/child/encoders.ts";
import type { OutputFormat } from "../../src/image/format.ts";
import { transformSchema } from "../../src/image/transform.ts";

export type Kind = "photo" | "graphic";

/** One way to write a picture. */
export interface Setting {
  readonly words: string;
  readonly write: (image: Sharp, kind: Kind) => Sharp;
}

/** As the engine does when nothing is asked for: its own encoders, so that this cannot drift from them. */
const own = (format: OutputFormat): Setting => ({
  words: `**${format}, Pixmill's own**`,
  write: (image, kind) =>
    encoders[format](image, {
      transform: transformSchema.parse({ name: "own" }),
      facts: {} as never, // the encoders of a still picture ask it for its chroma alone
      frames: 1,
      drawn: kind === "graphic",
    }),
});
const jpeg = (words: string, options: JpegOptions): Setting => ({
  words: `jpeg, ${words}`,
  write: (image) => image.jpeg(options),
});
const webp = (words: string, options: WebpOptions): Setting => ({
  words: `webp, ${words}`,
  write: (image) => image.webp(options),
});
const avif = (words: string, options: AvifOptions): Setting => ({
  words: `avif, ${words}`,
  write: (image) => image.avif(options),
});
const png = (words: string, options: PngOptions): Setting => ({
  words: `png, ${words}`,
  write: (image) => image.png(options),
});

/** What is compared. Each line differs from a neighbour in one thing. */
export const settings: readonly Setting[] = [
  own("jpeg"),
  jpeg("quality 70", { quality: 70 }),
  jpeg("quality 80", { quality: 80 }),
  jpeg("quality 80, 4:4:4", { quality: 80, chromaSubsampling: "4:4:4" }),
  jpeg("quality 80, progressive", { quality: 80, progressive: true }),
  jpeg("quality 80, optimised coding off", { quality: 80, optimiseCoding: false }),
  jpeg("quality 80, mozjpeg", { quality: 80, mozjpeg: true }),
  jpeg("quality 75, mozjpeg", { quality: 75, mozjpeg: true }),
  jpeg("quality 90", { quality: 90 }),
  jpeg("quality 90, 4:4:4", { quality: 90, chromaSubsampling: "4:4:4" }),
  own("webp"),
  webp("quality 70, effort 4", { quality: 70, effort: 4 }),
  webp("quality 80, effort 2", { quality: 80, effort: 2 }),
  webp("quality 80, effort 6", { quality: 80, effort: 6 }),
  webp("quality 80, effort 4, smart subsampling", { quality: 80, effort: 4, smartSubsample: true }),
  webp("quality 90, effort 4", { quality: 90, effort: 4 }),
  webp("near lossless 60", { nearLossless: true, quality: 60 }),
  own("avif"),
  avif("quality 50, effort 3", { quality: 50, effort: 3 }),
  avif("quality 60, effort 2", { quality: 60, effort: 2 }),
  avif("quality 60, effort 3, 4:2:0", { quality: 60, effort: 3, chromaSubsampling: "4:2:0" }),
  avif("quality 60, effort 4", { quality: 60, effort: 4 }),
  own("png"),
  png("level 1, filters", { compressionLevel: 1, adaptiveFiltering: true }),
  png("level 4", { compressionLevel: 4 }),
  png("level 6", { compressionLevel: 6 }),
  png("level 6, filters", { compressionLevel: 6, adaptiveFiltering: true }),
  png("level 9", { compressionLevel: 9 }),
  png("palette of 256", { palette: true }),
];
