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

export function isoBox(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + contents.reduce((sum, { length }) => sum + length, 0), 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...contents]);
}

/** What an iPhone writes, as far as its first bytes go: brand `heic`, no pixels. */
export function heicStart(brand = "heic"): Buffer {
  return Buffer.concat([
    isoBox("ftyp", Buffer.from(`${brand}\0\0\0\0mif1MiHEheic`, "latin1")),
    isoBox("mdat", Buffer.alloc(64)),
  ]);
}
