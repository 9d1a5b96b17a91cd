import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { EnginePool } from "../../engine/engine-pool.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { silentLogger } from "../../logger.ts";
import { Capacity } from "../../worker/capacity.ts";
import type { FoundPictures } from "../find-pictures.ts";
import type { ResizeReport } from "./report.ts";
import { type PictureOutcome, planPicture, type ResizeRun, resizePicture } from "./resize-picture.ts";
import { ResultNames } from "./result-names.ts";
import type { WantedVariants } from "./wanted-variants.ts";

export interface RunOptions {
  readonly found: FoundPictures;
  readonly wanted: WantedVariants;
  readonly out: string;
  readonly replace: boolean;
  /** Engine processes. */
  readonly processes: number;
  /** Milliseconds for one picture. */
  readonly timeoutMs: number;
  /** Budget of decoded pictures in flight, in bytes. */
  readonly memory: number;
  readonly limits: ImageLimits;
  /** Aborted: what runs is given up, and the report says what was done. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: PictureOutcome) => void;
}

/**
 * Makes what is wanted of every picture, in as many processes as asked for. Files that are not whole lie in one
 * hidden folder inside `out`, which is gone at the end.
 */
export async function runResize(options: RunOptions): Promise<ResizeReport> {
  const { found, wanted, out, processes, signal } = options;
  const startedAt = performance.now();
  const outcomes: PictureOutcome[] = found.missing.map(({ argument, reason }) => ({
    source: argument,
    bytes: 0,
    made: [],
    failures: [{ code: "not_found", message: reason }],
  }));
  const notFound = outcomes.length;
  for (const outcome of outcomes) options.onOutcome(outcome);
  await mkdir(out, { recursive: true });
  const workFolder = await mkdtemp(join(out, ".pixmill-"));
  const engine = new EnginePool({ processes, timeoutMs: options.timeoutMs, logger: silentLogger() });
  // Engine processes do not keep this one alive: without this, Node would end while it waits for their end.
  const alive = setInterval(() => {}, 60_000);
  try {
    const run: ResizeRun = {
      out,
      workFolder,
      transforms: wanted.transforms,
      namedVariants: wanted.named,
      replace: options.replace,
      names: new ResultNames(),
      sources: new Set(await Promise.all(found.pictures.map(realPathOf))),
      engine,
      capacity: new Capacity(options.memory),
      limits: options.limits,
      signal,
    };
    const waiting = found.pictures.map((source) => planPicture(source, run)).values();
    const drain = async () => {
      for (const picture of waiting) {
        if (signal.aborted) return;
        const outcome = await resizePicture(picture, run);
        outcomes.push(outcome);
        options.onOutcome(outcome);
      }
    };
    // One more than processes: its header is read and its source linked by the time a process is free.
    const drains = await Promise.allSettled(Array.from({ length: processes + 1 }, drain));
    const broken = drains.find((result) => result.status === "rejected");
    if (broken && !signal.aborted) throw broken.reason;
  } finally {
    await engine.close();
    clearInterval(alive);
    await rm(workFolder, { recursive: true, force: true });
  }
  const notStarted = found.pictures.length - (outcomes.length - notFound);
  return { outcomes, notStarted, out, seconds: (performance.now() - startedAt) / 1000 };
}

/** A file that has gone meanwhile fails by itself, with its reason, when its turn comes. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
