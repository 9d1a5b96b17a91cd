import { unlink } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PixmillError } from "../../errors.ts";
import { heicBytes } from "../../image/cost.ts";
import { setUpright } from "../../image/exif-orientation.ts";
import { HeaderBytes } from "../../image/header-bytes.ts";
import { displayP3, readHeifPrimaries } from "../../image/heif-header.ts";
import { checkLimits, type ImageLimits } from "../../image/limits.ts";
import type { ImageHeader } from "../../image/original.ts";
import { readHeader } from "../../image/read-header.ts";
import { sourceName } from "../image-engine.ts";
import { withRanges } from "./file-bytes.ts";
import type { HeicOutcome, HeicTask } from "./heic-thread.ts";
import { sharp } from "./locked-sharp.ts";
import { factsOf, type Source, sourceAt } from "./source.ts";

const threadFile = new URL(`./heic-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/**
 * Decodes a HEIC, which libvips opens and cannot decode, into an uncompressed PNG beside it, and gives that as the
 * source: upright, with the profile, EXIF and XMP of the HEIC. Its memory is that of a thread, which ends.
 *
 * Rejects with `corrupt_image`, `unsupported_format` or `image_too_large`.
 */
export async function decodeHeic(folder: string, source: Source, limits: ImageLimits): Promise<Source> {
  const path = join(folder, sourceName);
  const target = join(folder, "decoded.png");
  const { header, primaries, bytes } = await readBoxes(path);
  checkLimits(header, limits);
  const { icc, exif, xmp } = source.facts;
  const { width, height, decodedPixels = width * height } = header;
  await decodeInThread({
    source: path,
    target,
    maxBytes: heicBytes(decodedPixels, bytes),
    size: { width, height },
    facts: {
      profile: icc ?? (primaries === displayP3 ? await p3Profile(folder) : undefined),
      exif: exif && uprightExif(exif),
      xmp,
    },
  });
  return sourceAt(target, header, await factsOf(target, limits), limits);
}

interface Boxes {
  readonly header: ImageHeader;
  readonly primaries: number | undefined;
  /** Of the file. */
  readonly bytes: number;
}

function readBoxes(path: string): Promise<Boxes> {
  return withRanges(path, async (read, size) => {
    const header = await readHeader(read, size);
    return { header, primaries: await readHeifPrimaries(new HeaderBytes(read, size)), bytes: size };
  });
}

/** The boxes have turned the picture; what EXIF says of it is a leftover (ISO/IEC 23008-12, 6.5.10). */
function uprightExif(exif: Buffer): Buffer {
  const block = Buffer.from(exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif);
  setUpright(new DataView(block.buffer, block.byteOffset, block.byteLength));
  return block;
}

/** libvips's own. */
async function p3Profile(folder: string): Promise<Buffer | undefined> {
  const path = join(folder, "p3.png");
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: "#000" } });
  await dot.withIccProfile("p3").png().toFile(path);
  const { icc } = await sharp(path).metadata();
  await unlink(path);
  return icc;
}

/** One picture, with no more memory than the task says. Rejects with the code of what is wrong with it. */
export async function decodeInThread(task: HeicTask): Promise<void> {
  const thread = new Worker(threadFile, { workerData: task, env: {}, execArgv: [] });
  const { promise, resolve, reject } = Promise.withResolvers<HeicOutcome>();
  thread.once("message", resolve);
  thread.once("error", reject);
  thread.once("exit", () => reject(new PixmillError("corrupt_image")));
  try {
    const { code } = await promise;
    if (code) throw new PixmillError(code);
  } finally {
    await thread.terminate();
  }
}
