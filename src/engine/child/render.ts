import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Raw, Sharp } from "sharp";
import { type ErrorCode, PixmillError } from "../../errors.ts";
import { formatTable } from "../../image/format.ts";
import { checkOutputSize } from "../../image/geometry.ts";
import type { Placeholder } from "../../image/placeholder.ts";
import type { RenderedFile, RenderFailure, RenderRequest, RenderResult } from "../image-engine.ts";
import { decodeHeic } from "./decode-heic.ts";
import { faultCode } from "./fault.ts";
import { holdingTheFile, sharp } from "./locked-sharp.ts";
import { withNamedColours } from "./named-colours.ts";
import { type Pixels, pipeline } from "./pipeline.ts";
import { placeholderOf } from "./placeholder.ts";
import { keepsProportions, planDecodes, type SharedDecode } from "./plan.ts";
import { needOf, type PlannedVariant, planVariant } from "./planned-variant.ts";
import { openSource, type Source } from "./source.ts";

/** Faults of the machine, not of a variant: the whole render is given up, and may be repeated. */
const machineFaults: ReadonlySet<ErrorCode> = new Set(["storage_full", "storage_error", "out_of_memory"]);

/**
 * Makes every variant of the picture in the folder: decodes as seldom as it can, then writes each result as
 * `<index>.<extension>`. Rejects when the picture cannot be read, or when not one variant could be made.
 */
export async function render(request: RenderRequest): Promise<RenderResult> {
  const source = await openPixels(request);
  const variants = request.transforms.map((transform) => planVariant(transform, source));
  const isVector = formatTable[source.header.format].vector;
  const plan = planDecodes(source.header, variants.map(needOf));

  const outcomes: (RenderedFile | RenderFailure)[] = [];
  const make = async (index: number, from: Pixels) => {
    const variant = variants[index];
    if (variant) outcomes[index] = await makeVariant(from, variant, index, request.folder);
  };
  const wantsPlaceholder = !request.hasPlaceholder;
  let placeholder: Placeholder | null = null;
  for (const shared of plan.shared) {
    const pixels = await decode(source, shared).catch(variantFault);
    if (typeof pixels === "string") {
      // It may lie in a late frame, and variants of the first one can still be made.
      for (const index of shared.variants) {
        outcomes[index] = { name: request.transforms[index]?.name ?? "", error: pixels };
      }
      continue;
    }
    // The whole picture, small, and at hand: nothing better comes.
    const [still] = pixels.frames ?? (shared.frames === 1 ? [pixels.open] : []);
    if (wantsPlaceholder && still && keepsProportions(shared.size, source.header))
      placeholder ??= await tryPlaceholder(still());
    for (const index of shared.variants) await make(index, pixels);
  }
  for (const index of plan.direct) {
    const variant = variants[index];
    if (!variant) continue;
    const animated = variant.frames > 1;
    const drawnAt = variant.target.scaled;
    await make(index, {
      size: isVector ? drawnAt : source.header,
      open: () => source.open({ animated, drawnAt }),
    });
  }
  const { rendered, failed } = sorted(outcomes);
  if (wantsPlaceholder)
    placeholder ??= await placeholderOfSmallest(likest(rendered, variants), request.folder);
  return { rendered, failed, placeholder };
}

/**
 * HEIC is decoded first, into a file that libvips reads; SVG is never opened by its path. What cleans it is loaded when
 * the first one comes: it is off by default.
 */
async function openPixels({ folder, limits, header }: RenderRequest): Promise<Source> {
  if (header.format === "svg" && limits.svg) {
    const { openSvg } = await import("./svg-source.ts");
    return await openSvg(folder, limits);
  }
  const source = await openSource(folder, limits, header.format);
  if (source.header.format === "heic") return await decodeHeic(folder, source, limits);
  return source.header.format === "avif" ? await withNamedColours(folder, source, limits) : source;
}

/** The source once, scaled, as pixels in memory: 8 bits a channel, sRGB or grey, with alpha if it has any. */
async function decode(source: Source, { size, frames }: SharedDecode): Promise<Pixels> {
  const animated = frames > 1;
  const opened = source.open({ animated, drawnAt: size });
  const isWhole = size.width === source.header.width && size.height === source.header.height;
  const scaled = isWhole ? opened : opened.resize({ ...size, fit: "fill" });
  const { data, info } = await scaled.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels, pageHeight } = info;
  const raw = { width, height, channels, ...(animated && pageHeight && { pageHeight }) };
  const open = () => sharp(data, { raw, animated, limitInputPixels: false });
  return animated && isWhole ? { size, open, frames: framesOf(data, { ...size, channels }) } : { size, open };
}

function framesOf(roll: Buffer, raw: Raw): (() => Sharp)[] {
  const length = raw.width * raw.height * raw.channels;
  return Array.from({ length: roll.length / length }, (_, index) => {
    const frame = roll.subarray(index * length, (index + 1) * length);
    return () => sharp(frame, { raw, limitInputPixels: false });
  });
}

/** Encoded in memory and then written, because libvips leaves a truncated file without a word on a full disk. */
async function makeVariant(
  from: Pixels,
  variant: PlannedVariant,
  index: number,
  folder: string,
): Promise<RenderedFile | RenderFailure> {
  const { transform, format, target, frames } = variant;
  const { name } = transform;
  try {
    checkOutputSize(target.output, format);
    const run = async () => (await pipeline(from, variant)).toBuffer({ resolveWithObject: true });
    const { data, info } = variant.gainMap ? await holdingTheFile(run) : await run();
    const file = `${index}.${formatTable[format].extension}`;
    await writeFile(join(folder, file), data);
    const height = frames > 1 ? (info.pageHeight ?? info.height) : info.height;
    const sha256 = createHash("sha256").update(data).digest("hex");
    const facts = { bytes: data.length, sha256, crc32: crc32(data) };
    return { name, file, format, width: info.width, height, ...facts };
  } catch (error) {
    return { name, error: variantFault(error) };
  }
}

/** What failed a variant; throws what fails the whole render. */
function variantFault(error: unknown): ErrorCode {
  const code = faultCode(error);
  if (machineFaults.has(code)) throw error;
  return code;
}

/** Those that show the source in its colours and proportions; all, where none does. */
function likest(
  rendered: readonly RenderedFile[],
  variants: readonly PlannedVariant[],
): readonly RenderedFile[] {
  const altered = new Set(
    variants
      .filter(({ transform: { grayscale, blur, fit } }) => grayscale || blur || fit === "fill")
      .map(({ transform }) => transform.name),
  );
  const faithful = rendered.filter(({ name }) => !altered.has(name));
  return faithful.length > 0 ? faithful : rendered;
}

/** From the smallest result, which may be cut. */
async function placeholderOfSmallest(
  rendered: readonly RenderedFile[],
  folder: string,
): Promise<Placeholder | null> {
  const [smallest] = rendered.toSorted((a, b) => a.width * a.height - b.width * b.height);
  return smallest ? await tryPlaceholder(sharp(join(folder, smallest.file), { pages: 1 })) : null;
}

/** A picture is not failed for want of a placeholder; what is wrong with it fails its variants. */
async function tryPlaceholder(picture: Sharp): Promise<Placeholder | null> {
  return await placeholderOf(picture).catch(() => null);
}

function sorted(outcomes: readonly (RenderedFile | RenderFailure)[]) {
  const rendered = outcomes.filter((outcome) => "file" in outcome);
  const failed = outcomes.filter((outcome) => "error" in outcome);
  const [first] = failed;
  if (first && rendered.length === 0) throw new PixmillError(first.error);
  return { rendered, failed };
}
