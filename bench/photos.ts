import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { photo } from "../test/pictures/index.ts";

export interface BenchVariant {
  readonly name: string;
  readonly width: number;
  readonly height?: number;
}

export const oneVariant: readonly BenchVariant[] = [{ name: "thumb", width: 300, height: 300 }];
export const fiveVariants: readonly BenchVariant[] = [1600, 1200, 800, 400, 150].map((width) => ({
  name: `w${width}`,
  width,
}));

/** A picture that costs what a photo of a 12 MP camera costs: 4000×3000, about 3 MB. */
export async function makePhoto(folder: string): Promise<{ path: string; bytes: Buffer<ArrayBuffer> }> {
  const path = join(folder, "photo.jpg");
  const bytes = Buffer.from(await photo({ width: 4000, height: 3000, format: "jpeg" }));
  await writeFile(path, bytes);
  return { path, bytes };
}
