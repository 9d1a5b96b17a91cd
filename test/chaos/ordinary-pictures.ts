import sharp from "sharp";
import { photo } from "../pictures/index.ts";
import type { Picture } from "./load.ts";

const ordinaryVariants = JSON.stringify([
  { name: "thumb", width: 300, height: 300 },
  { name: "web", width: 900, format: "webp" },
]);

/** Different pictures in a load: an image that got its neighbour's result must not look right. */
const kinds = 8;

/** One photo in other colours: drawing each anew would take seconds. */
export async function ordinaryPictures(): Promise<readonly Picture[]> {
  const first = await photo({ width: 1200, height: 900, format: "jpeg" });
  return await Promise.all(
    Array.from({ length: kinds }, async (_, index) => ({
      name: `photo-${index + 1}.jpg`,
      content: await sharp(first)
        .modulate({ hue: (index * 360) / kinds })
        .jpeg({ quality: 85 })
        .toBuffer(),
      variants: ordinaryVariants,
    })),
  );
}
