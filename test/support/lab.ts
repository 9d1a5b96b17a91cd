import sharp from "sharp";

/** CIE Lab of RGB pixels of 8 bits a channel: three numbers a pixel. */
export async function labOf(rgb: Buffer): Promise<Float32Array> {
  const raw = { width: rgb.length / 3, height: 1, channels: 3 } as const;
  const lab = await sharp(rgb, { raw }).toColourspace("lab").raw({ depth: "float" }).toBuffer();
  return new Float32Array(lab.buffer, lab.byteOffset, lab.length / 4);
}
