import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "../support/files-below.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";
import { type DamagedFile, damagedFiles } from "./damaged-files.ts";
import { type Fate, judgeFile } from "./judge-file.ts";
import { MemoryWatch } from "./memory-watch.ts";

/** What the service promises whatever it is sent. */
export const bounds = {
  /** Of one engine process, JavaScript and libraries included. */
  enginePeak: 400 * 1024 ** 2,
  /** Of the service's own process, from its first hundred files to the end. */
  parentGrowth: 64 * 1024 ** 2,
  /** Of all files, what may end at the deadline or for its memory: both are right ends, of a few. */
  slowShare: 0.002,
} as const;

/**
 * Megabytes of JavaScript; about 40 live. Without a limit V8 puts off collecting until garbage is twice that and
 * more, which looks like growth; with it a service that keeps what it should drop ends.
 */
const heapLimit = 80;

const uploadsInFlight = 8;
const warmUp = 100;
/** Of an engine process; a lost one is tried once more. */
const deadlineSeconds = 10;
const finalWithinMs = 4 * deadlineSeconds * 1_000;

export interface CampaignOptions {
  readonly seed: number;
  readonly count: number;
  /** The first index; 0 when not given. */
  readonly from?: number;
  readonly onFate?: (file: DamagedFile, fate: Fate) => void;
}

export interface CampaignReport {
  readonly files: number;
  /** How often each end was met: `png refused corrupt_image`. */
  readonly tally: ReadonlyMap<string, number>;
  /** Everything that must not be; empty when the service held. */
  readonly faults: readonly string[];
  readonly enginePeak: number;
  readonly parentGrowth: number;
  readonly seconds: number;
}

/** Sends damaged files to a service of its own, started for it, and looks at what it has left behind. */
export async function runCampaign({
  seed,
  count,
  from = 0,
  onFate,
}: CampaignOptions): Promise<CampaignReport> {
  const startedAt = performance.now();
  const make = await damagedFiles(seed);
  const scratch = await temporaryFolder("pixmill-fuzz-tmp-");
  const env = {
    PIXMILL_SVG: "on",
    PIXMILL_JOB_TIMEOUT: `${deadlineSeconds}s`,
    NODE_OPTIONS: `--max-old-space-size=${heapLimit}`,
    TMPDIR: scratch,
  };
  const pixmill = await startPixmill({ env });
  const tally = new Map<string, number>();
  const faults: string[] = [];
  const inFlight = new Set<number>();
  const tooLarge = new Set<number>();
  const watch = new MemoryWatch(pixmill.pid, (bytes, engine) => {
    if (bytes <= bounds.enginePeak || tooLarge.has(engine)) return;
    tooLarge.add(engine);
    faults.push(`an engine process held ${bytes} bytes, at one of the files ${[...inFlight].join(", ")}`);
  });
  let next = from;
  let ended = 0;
  let parentBefore = 0;
  let accepted = 0;
  let ready = 0;
  try {
    const send = async () => {
      while (next < from + count) {
        const file = make(next++);
        inFlight.add(file.index);
        const fate = await judgeFile(pixmill.url, file, finalWithinMs);
        inFlight.delete(file.index);
        const what = `${file.format} ${fate.end} ${fate.end === "wrong" ? "" : fate.code}`.trim();
        tally.set(what, (tally.get(what) ?? 0) + 1);
        if (fate.end === "wrong") {
          faults.push(`file ${file.index}, ${file.kind}, ${file.how.join(" + ")}: ${fate.code}`);
        }
        accepted += fate.id ? 1 : 0;
        ready += fate.ready;
        onFate?.(file, fate);
        if (++ended === warmUp) parentBefore = await watch.parentBytes();
      }
    };
    await Promise.all(Array.from({ length: uploadsInFlight }, send));
    const slow = [...tally].filter(([what]) => /engine_timeout|out_of_memory/.test(what));
    const slowCount = slow.reduce((sum, [, times]) => sum + times, 0);
    if (slowCount > Math.max(2, count * bounds.slowShare))
      faults.push(
        `${slowCount} files met a limit: ${slow.map(([what, times]) => `${times} × ${what}`).join(", ")}`,
      );
    const parentGrowth = parentBefore ? (await watch.parentBytes()) - parentBefore : 0;
    if (parentGrowth > bounds.parentGrowth) faults.push(`the service grew by ${parentGrowth} bytes`);
    faults.push(...(await leftBehind(pixmill.storage, { uploads: accepted, processed: ready })));
    await watch.stop();
    const exitCode = await pixmill.stop();
    if (exitCode !== 0) faults.push(`the service ended with ${exitCode}`);
    faults.push(...(await filesBelow(scratch)).map((path) => `left in the temporary folder: ${path}`));
    const errors = pixmill.log().filter(({ level }) => level === "error" || level === "fatal");
    faults.push(...errors.map((line) => `logged ${JSON.stringify(line)}`));
    const { enginePeak } = watch;
    const seconds = (performance.now() - startedAt) / 1_000;
    return { files: count, tally, faults, enginePeak, parentGrowth, seconds };
  } finally {
    await watch.stop();
    await pixmill.killAll();
    await Promise.all([removeFolder(pixmill.storage), removeFolder(scratch)]);
  }
}

/** Each accepted original and each ready variant is there once, and nothing else is. */
async function leftBehind(
  storage: string,
  expected: Readonly<Record<"uploads" | "processed", number>>,
): Promise<string[]> {
  const left = async () => [
    ...(await filesBelow(join(storage, ".work"))),
    ...(await readdir(join(storage, ".work", "claims"))),
  ];
  await until(async () => (await left()).length === 0, { withinMs: 5_000 }).catch(() => {});
  const faults = (await left()).map((path) => `left in the work folder: ${path}`);
  for (const [folder, count] of Object.entries(expected)) {
    const found = (await filesBelow(join(storage, folder))).length;
    if (found !== count) faults.push(`${found} files in ${folder}/, ${count} expected`);
  }
  return faults;
}
