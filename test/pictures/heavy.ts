import sharp from "sharp";

/** A valid picture of about 60 MB: 20 megapixels as PNG without compression. */
export async function heavyPng(): Promise<Buffer> {
  const create = { width: 5000, height: 4000, channels: 3, background: "#8a7f6b" } as const;
  return await sharp({ create }).png({ compressionLevel: 0 }).toBuffer();
}
