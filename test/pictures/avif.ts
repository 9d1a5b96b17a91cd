import sharp from "sharp";
import { isoBox } from "./iso-box.ts";
import { flat } from "./photo.ts";

/** A small real AVIF whose `ispe` boxes claim another size than its pixels have. */
export async function avifClaiming(width: number, height: number): Promise<Buffer> {
  const file = await flat({ width: 16, height: 16, format: "avif" });
  for (let at = file.indexOf("ispe"); at > 0; at = file.indexOf("ispe", at + 4)) {
    file.writeUInt32BE(width, at + 8);
    file.writeUInt32BE(height, at + 12);
  }
  return file;
}

/** What an iPhone writes, as far as its first bytes go: brand `heic`, no pixels. */
export function heicStart(brand = "heic"): Buffer {
  return Buffer.concat([
    isoBox("ftyp", Buffer.from(`${brand}\0\0\0\0mif1MiHEheic`, "latin1")),
    isoBox("mdat", Buffer.alloc(64)),
  ]);
}

const u8 = (...values: number[]) => Buffer.from(values);
const fullBox = (type: string, ...contents: Uint8Array[]) => isoBox(type, Buffer.alloc(4), ...contents);

/**
 * The boxes of an AVIF without pixels: item 1 is a preview of 8×6 that comes first, item 2 the primary one of
 * `width × height`, turned by `quarters`.
 */
export function avifWithPreview(width: number, height: number, quarters: number): Buffer {
  const size = (w: number, h: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(w, 0);
    bytes.writeUInt32BE(h, 4);
    return fullBox("ispe", bytes);
  };
  const values = isoBox("ipco", size(8, 6), size(width, height), isoBox("irot", u8(quarters)));
  const owned = fullBox("ipma", u8(0, 0, 0, 2), u8(0, 1, 1, 0x81), u8(0, 2, 2, 0x82, 0x83));
  const meta = fullBox("meta", fullBox("pitm", u8(0, 2)), isoBox("iprp", values, owned));
  const brands = isoBox("ftyp", Buffer.from("mif1\0\0\0\0avifmif1", "latin1"));
  return Buffer.concat([brands, isoBox("mdat", Buffer.alloc(100_000)), meta]);
}

/** A flat AVIF whose colours are said by numbers of ITU-T H.273 (`nclx`) and no profile: 12 are Display P3's primaries. */
export async function avifOfPrimaries(
  primaries: number,
  colour: readonly [number, number, number],
  { width, height }: { width: number; height: number },
  exif?: { readonly Artist: string; readonly Orientation: string },
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3, Buffer.from(colour));
  // libvips takes 16-bit RGB for Display P3, so the numbers stay as they are.
  const image = sharp(pixels, { raw: { width, height, channels: 3 } })
    .pipelineColourspace("rgb16")
    .withIccProfile("p3");
  const file = await (exif ? image.withExif({ IFD0: { ...exif } }) : image)
    .avif({ quality: 100, effort: 0, chromaSubsampling: "4:4:4" })
    .toBuffer();
  // In the place of the profile, whose rest is not read.
  const at = file.indexOf("colr") + 4;
  file.write("nclx", at, "latin1");
  for (const [index, value] of [primaries, 13, 6].entries()) file.writeUInt16BE(value, at + 4 + index * 2);
  file.writeUInt8(0x80, at + 10);
  return file;
}
