import { join } from "node:path";
import { finalImage } from "../test/support/client.ts";
import { meanDifference } from "../test/support/engine-pixels.ts";
import { uploadOnce } from "./measured-uploads.ts";
import type { BenchVariant } from "./photos.ts";
import { pixelsOf, ssim } from "./quality/score.ts";

/**
 * How far the service's variants, which share a decode, lie from those that bare sharp made in `folder`, each from
 * the source: the largest mean difference, of 255, and the lowest SSIM.
 */
export async function likenessOfVariants(
  url: string,
  photo: Buffer<ArrayBuffer>,
  variants: readonly BenchVariant[],
  folder: string,
): Promise<{ difference: number; ssim: number }> {
  const { id } = await uploadOnce(url, photo, "multipart", variants);
  const image = await finalImage(url, id);
  const worst = { difference: 0, ssim: 1 };
  for (const { name, url: address } of image.variants) {
    const served = await fetch(new URL(address, url));
    const ours = await pixelsOf(Buffer.from(await served.arrayBuffer()));
    const bare = await pixelsOf(join(folder, `0-${name}.jpg`));
    worst.difference = Math.max(worst.difference, meanDifference(ours.data, bare.data));
    worst.ssim = Math.min(worst.ssim, ssim(ours, bare));
  }
  return worst;
}
