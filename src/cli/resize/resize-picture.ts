import { mkdtemp, open, realpath, rm } from "node:fs/promises";
import { join, parse } from "node:path";
import { type ImageEngine, type RenderedFile, sourceName } from "../../engine/image-engine.ts";
import { errorTable, PixmillError } from "../../errors.ts";
import { predictedBytes, runsAlone } from "../../image/cost.ts";
import { formatTable } from "../../image/format.ts";
import { checkLimits, type ImageLimits } from "../../image/limits.ts";
import type { ImageHeader } from "../../image/original.ts";
import { readHeader } from "../../image/read-header.ts";
import type { Transform } from "../../image/transform.ts";
import { linkOrCopy } from "../../storage/link-or-copy.ts";
import type { Capacity } from "../../worker/capacity.ts";
import { failureLine } from "../failure.ts";
import { exists, moveWhole, NameRefused } from "../move-whole.ts";
import type { ResultNames } from "./result-names.ts";

/** What all pictures of one run share. */
export interface ResizeRun {
  readonly out: string;
  /** In `out`, so that a rename finishes a result. */
  readonly workFolder: string;
  readonly transforms: readonly Transform[];
  /** `cat.jpg` for one anonymous variant; `cat-thumb.jpg` where variants have names of their own. */
  readonly namedVariants: boolean;
  readonly replace: boolean;
  readonly names: ResultNames;
  /** Real paths that no result may replace. */
  readonly sources: ReadonlySet<string>;
  readonly engine: ImageEngine;
  readonly capacity: Capacity;
  readonly limits: ImageLimits;
  readonly signal: AbortSignal;
}

interface MadeFile {
  readonly path: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** A picture with what came of it. It is done when nothing failed. */
export interface PictureOutcome {
  readonly source: string;
  /** Size of the source; 0 when it could not be read. */
  readonly bytes: number;
  readonly made: readonly MadeFile[];
  readonly failures: readonly { readonly code: string; readonly message: string }[];
}

/** A picture and the names that its results were promised, by the variant's name. */
export interface PlannedPicture {
  readonly source: string;
  readonly planned: ReadonlyMap<string, string>;
}

/**
 * Claims the names in the order of the pictures, so that the same run gives the same names whatever ends first.
 * The format is only known for certain once the picture is made; until then its extension tells.
 */
export function planPicture(source: string, run: Pick<ResizeRun, "transforms" | "namedVariants" | "names">) {
  const planned = new Map<string, string>();
  const given = parse(source).ext.slice(1).toLowerCase();
  const kept =
    Object.entries(formatTable).find(([name]) => name === given)?.[1].extension ?? (given || "jpg");
  for (const { name, format } of run.transforms) {
    const extension = format === "keep" ? kept : formatTable[format].extension;
    planned.set(name, run.names.claim(stemOf(source, name, run), extension));
  }
  return { source, planned };
}

function stemOf(source: string, variant: string, run: Pick<ResizeRun, "namedVariants">): string {
  const { name } = parse(source);
  return run.namedVariants ? `${name}-${variant}` : name;
}

/** One picture from file to files. Rejects only when the run was stopped; all else is in the outcome. */
export async function resizePicture(picture: PlannedPicture, run: ResizeRun): Promise<PictureOutcome> {
  const { source } = picture;
  const made: MadeFile[] = [];
  let bytes = 0;
  const failures: { code: string; message: string }[] = [];
  const note = (error: unknown) => {
    run.signal.throwIfAborted();
    failures.push({ code: codeOf(error), message: failureLine(error) });
  };
  try {
    for (const name of picture.planned.values()) await refuseName(name, run);
    const examined = await examine(source, run.limits);
    bytes = examined.bytes;
    await using folder = await workFolderFor(source, run.workFolder);
    const { rendered, failed } = await render(folder.path, examined.header, run);
    for (const { name, error } of failed) {
      failures.push({ code: error, message: `${name}: ${errorTable[error].sentence}` });
    }
    for (const file of rendered) {
      try {
        made.push(await keep(file, folder.path, picture, run));
      } catch (error) {
        note(error);
      }
    }
  } catch (error) {
    note(error);
  }
  return { source, bytes, made, failures };
}

/** Looked at before the work, and again after it: somebody else may have made the file meanwhile. */
async function refuseName(name: string, run: ResizeRun): Promise<void> {
  const path = join(run.out, name);
  if (run.sources.has(await realpath(path).catch(() => ""))) throw new NameRefused("is_source", name);
  if (!run.replace && (await exists(path))) throw new NameRefused("exists", name);
}

async function examine(source: string, limits: ImageLimits): Promise<{ bytes: number; header: ImageHeader }> {
  await using file = await open(source, "r");
  const { size } = await file.stat();
  if (size === 0) throw new PixmillError("empty_file");
  const read = async (start: number, length: number) => {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(length), position: start });
    return buffer.subarray(0, bytesRead);
  };
  const header = await readHeader(read, size, limits);
  checkLimits(header, limits);
  return { bytes: size, header };
}

async function workFolderFor(source: string, parent: string) {
  const path = await mkdtemp(join(parent, "picture-"));
  const remove = () => rm(path, { recursive: true, force: true });
  try {
    // A link to a symbolic link would leave the folder again.
    await linkOrCopy(await realpath(source), join(path, sourceName));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}

/** A lost engine process may be the machine's fault: such a picture gets a second try, and no third. */
async function render(folder: string, header: ImageHeader, run: ResizeRun) {
  const { transforms, limits, signal } = run;
  const release = await run.capacity.admit(predictedBytes(header, transforms), runsAlone(header), signal);
  const attempt = () => run.engine.render({ folder, header, transforms, limits }, signal);
  const lost = (error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof PixmillError && lostProcess.has(error.code)) return attempt();
    throw error;
  };
  return attempt().catch(lost).finally(release);
}

/** Not `engine_timeout`: it would only take as long again. */
const lostProcess: ReadonlySet<string> = new Set(["engine_crashed", "out_of_memory"]);

async function keep(file: RenderedFile, folder: string, picture: PlannedPicture, run: ResizeRun) {
  const { extension } = formatTable[file.format];
  let name = picture.planned.get(file.name);
  if (!name?.endsWith(`.${extension}`)) {
    name = run.names.claim(stemOf(picture.source, file.name, run), extension);
  }
  const path = join(run.out, name);
  await refuseName(name, run);
  run.signal.throwIfAborted();
  await moveWhole(join(folder, file.file), path, run.replace);
  const { format, width, height, bytes } = file;
  return { path, format, width, height, bytes };
}

function codeOf(error: unknown): string {
  if (error instanceof PixmillError) return error.code;
  return error instanceof Error && "code" in error ? String(error.code) : "failed";
}
