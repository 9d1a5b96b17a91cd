import { join } from "node:path";
import { displayP3, readHeifPrimaries } from "../../image/heif-header.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { sourceName } from "../image-engine.ts";
import { withHeaderBytes } from "./file-bytes.ts";
import { factsOf, type Source, sourceAt } from "./source.ts";

/**
 * The AVIF as it is, unless it names Display P3 by a number only, which libvips does not hear: then a PNG of the same
 * pixels beside it, with that profile. Most are; a profile counts more than a number (ISO/IEC 23008-12, 6.5.5).
 */
export async function withNamedColours(folder: string, source: Source, limits: ImageLimits): Promise<Source> {
  const { header, facts, open } = source;
  if (facts.hasProfile) return source;
  const primaries = await withHeaderBytes(join(folder, sourceName), readHeifPrimaries);
  if (primaries !== displayP3) return source;
  const target = join(folder, "decoded.png");
  // libvips takes 16-bit RGB for Display P3: the numbers stay as they are, and get the profile.
  await open({ animated: false, drawnAt: header })
    .pipelineColourspace("rgb16")
    .withIccProfile("p3")
    .keepExif()
    .keepXmp()
    .png({ compressionLevel: 0 })
    .toFile(target);
  return await sourceAt(target, header, await factsOf(target, limits), limits);
}
