import sharp, { type Sharp } from "sharp";
import type { Format } from "../../src/image/format.ts";
import { exifBlock } from "./exif.ts";
import { withGainMap } from "./gain-map.ts";
import { heic } from "./heic.ts";
import { cmykProfile, rgbProfile, rgbSpaces, withPngProfile } from "./icc.ts";
import { photo } from "./photo.ts";
import { pngChunk, pngWithTexts, withPngChunks } from "./png.ts";
import { randomBytes, seededRandom } from "./seeded-random.ts";
import { tiffPicture } from "./tiff.ts";
import { webpWithExif } from "./webp.ts";

/** One valid file of each way in which the formats store pixels. */
interface Kind {
  readonly name: string;
  readonly format: Format;
  /** The same bytes every time. */
  readonly make: () => Promise<Buffer>;
}

const size = { width: 96, height: 72 } as const;
const frames = 5;

const picture = async () => sharp(await photo({ ...size, format: "png" }));
/** The picture with a mask of its own brightness. */
const withAlpha = async () => {
  const { data } = await (await picture()).greyscale().raw().toBuffer({ resolveWithObject: true });
  return (await picture()).joinChannel(data, { raw: { ...size, channels: 1 } });
};
const grey = async () => (await picture()).toColourspace("b-w");
const deep = async () => (await picture()).toColourspace("rgb16");
/** Frames of noise-free shapes that differ. */
const moving = async (): Promise<Sharp> => {
  const all = Array.from({ length: frames }, (_, seed) => photo({ ...size, format: "png", seed: seed + 1 }));
  const pixels = await Promise.all(
    all.map(async (one) =>
      sharp(await one)
        .raw()
        .toBuffer(),
    ),
  );
  const raw = { ...size, height: size.height * frames, channels: 3, pageHeight: size.height } as const;
  return sharp(Buffer.concat(pixels), { raw });
};
const noise = (length: number) => randomBytes(seededRandom(3), length);

const profile = () => rgbProfile(rgbSpaces.adobe);
const described = { IFD0: { Copyright: "Somebody", Artist: "Somebody else" } };

const file = (name: string, format: Format, make: () => Promise<Buffer>): Kind => ({ name, format, make });

/** Small files: a mutation of one is worked on in milliseconds. */
export const everyKind: readonly Kind[] = [
  file("JPEG", "jpeg", () => photo(size)),
  file("progressive JPEG", "jpeg", () => photo({ ...size, progressive: true })),
  file("grey JPEG", "jpeg", async () => (await grey()).jpeg().toBuffer()),
  file("JPEG of full colour, optimised", "jpeg", async () =>
    (await picture()).jpeg({ chromaSubsampling: "4:4:4", mozjpeg: true }).toBuffer(),
  ),
  file("CMYK JPEG", "jpeg", async () => (await picture()).toColourspace("cmyk").jpeg().toBuffer()),
  file("JPEG with EXIF, XMP and a profile", "jpeg", async () =>
    (await picture())
      .withExif(described)
      .withIccProfile("p3")
      .withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
      .jpeg()
      .toBuffer(),
  ),
  file("JPEG with a gain map", "jpeg", async () =>
    withGainMap(await photo(size), await photo({ width: 48, height: 36, seed: 2 })),
  ),
  file("PNG", "png", () => photo({ ...size, format: "png" })),
  file("interlaced PNG", "png", () => photo({ ...size, format: "png", progressive: true })),
  file("PNG with alpha", "png", async () => (await withAlpha()).png().toBuffer()),
  file("16-bit PNG", "png", async () => (await deep()).png().toBuffer()),
  file("grey PNG", "png", async () => (await grey()).png().toBuffer()),
  file("palette PNG", "png", async () => (await picture()).png({ palette: true, colours: 32 }).toBuffer()),
  file("PNG with EXIF, texts and a profile", "png", async () => {
    const turned = withPngChunks(await photo({ ...size, format: "png" }), pngChunk("eXIf", exifBlock(6)));
    return pngWithTexts(withPngProfile(turned, profile()), 3, 40);
  }),
  file("WebP", "webp", () => photo({ ...size, format: "webp" })),
  file("lossless WebP", "webp", async () => (await picture()).webp({ lossless: true }).toBuffer()),
  file("WebP with alpha", "webp", async () => (await withAlpha()).webp().toBuffer()),
  file("animated WebP", "webp", async () => (await moving()).webp({ effort: 0 }).toBuffer()),
  file("WebP with EXIF", "webp", async () =>
    webpWithExif(await photo({ ...size, format: "webp" }), exifBlock(6)),
  ),
  file("WebP with a profile", "webp", async () => (await picture()).withIccProfile("p3").webp().toBuffer()),
  file("GIF", "gif", () => photo({ ...size, format: "gif" })),
  file("interlaced GIF", "gif", async () => (await picture()).gif({ progressive: true }).toBuffer()),
  file("GIF with transparency", "gif", async () => (await withAlpha()).gif().toBuffer()),
  file("animated GIF", "gif", async () => (await moving()).gif({ effort: 1 }).toBuffer()),
  file("AVIF", "avif", () => photo({ ...size, format: "avif" })),
  file("AVIF with alpha", "avif", async () => (await withAlpha()).avif({ effort: 0 }).toBuffer()),
  file("AVIF with EXIF and a profile", "avif", async () =>
    (await picture()).withExif(described).withIccProfile("p3").avif({ effort: 0 }).toBuffer(),
  ),
  file("HEIC", "heic", () => photo({ ...size, format: "heic" })),
  file("HEIC in tiles, turned", "heic", async () => {
    const pixels = await (await picture()).raw().toBuffer();
    return heic({ ...size, pixels, tiles: [2, 2], quarters: 1, exif: exifBlock(6) });
  }),
  file("HEIC with alpha and a profile", "heic", async () => {
    const pixels = await (await withAlpha()).raw().toBuffer();
    return heic({ ...size, pixels, alpha: true, profile: profile() });
  }),
  file("TIFF of JPEG strips", "tiff", () => photo({ ...size, format: "tiff" })),
  file("plain TIFF", "tiff", async () => (await picture()).tiff({ compression: "none" }).toBuffer()),
  file("TIFF of deflated tiles", "tiff", async () =>
    (await picture()).tiff({ compression: "deflate", tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
  ),
  file("TIFF of LZW strips with alpha", "tiff", async () =>
    (await withAlpha()).tiff({ compression: "lzw", predictor: "horizontal" }).toBuffer(),
  ),
  file("big TIFF with EXIF and a profile", "tiff", async () =>
    (await picture())
      .withExif(described)
      .withIccProfile("p3")
      .tiff({ compression: "none", bigtiff: true })
      .toBuffer(),
  ),
  file("pyramid TIFF", "tiff", async () =>
    (await picture()).tiff({ pyramid: true, tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
  ),
  file("1-bit TIFF", "tiff", async () =>
    (await grey()).threshold().tiff({ bitdepth: 1, compression: "ccittfax4" }).toBuffer(),
  ),
  file("16-bit TIFF", "tiff", async () =>
    tiffPicture({
      ...size,
      photometric: 2,
      samples: 3,
      bits: 16,
      pixels: noise(size.width * size.height * 6),
    }),
  ),
  file("CMYK TIFF with a profile", "tiff", async () =>
    tiffPicture({
      ...size,
      photometric: 5,
      samples: 4,
      bits: 8,
      pixels: noise(size.width * size.height * 4),
      profile: cmykProfile(() => [50, 0, 0]),
    }),
  ),
];
