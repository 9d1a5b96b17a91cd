import type { Command } from "commander";
import { loadPresets } from "../config/presets-file.ts";
import type { SettingKey } from "../config/setting-table.ts";
import { loadSettings } from "../config/settings.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { findPictures } from "./find-pictures.ts";
import { ProgressLine } from "./progress-line.ts";
import { failureLines, type ResizeReport, reportAsJson, summaryLine } from "./resize/report.ts";
import { runResize } from "./resize/run-resize.ts";
import { addVariantOptions, wantedVariants } from "./resize/wanted-variants.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";
import { StopSignals } from "./stop-signals.ts";

const examples = `
Examples:
  $ pixmill resize photos/*.jpg --width 300 --height 300 --out out/
  $ pixmill resize photos/ --width 1600 --format webp --quality 82 --out web/
  $ pixmill resize cat.jpg --variants '[{"name": "small", "width": 320}, {"name": "big", "width": 1280}]'

Results are named after their pictures; the same name again gets -2. Nothing is replaced without --force.`;

/** What a run on local files uses; other settings cannot stop it. */
const keys = [
  "concurrency",
  "memory",
  "maxPixels",
  "maxSide",
  "maxFrames",
  "svg",
  "jobTimeout",
  "presets",
] as const satisfies SettingKey[];

export function addResizeCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("resize")
    .description("resize local files with all cores, without a server")
    .argument("<pictures...>", "files, folders, or patterns such as 'photos/**/*.jpg'")
    .option("--out <folder>", "where results go; made when it is not there", "resized")
    .option("--force", "replace results that exist already")
    .option("--json", "print the summary as JSON");
  addVariantOptions(command);
  addSettingOptions(command, keys);
  command.addHelpText("after", examples).action(async (pictures: string[], options: ResizeOptions) => {
    finish(await resize(pictures, options));
  });
}

interface ResizeOptions extends Readonly<Record<string, unknown>> {
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

async function resize(args: readonly string[], options: ResizeOptions): Promise<number> {
  const { settings } = loadSettings({ env: process.env, flags: settingFlags(options, keys), keys });
  const wanted = wantedVariants(options, await loadPresets(settings.presets));
  if (options.out === "") throw new UsageError("--out must name a folder");
  const stop = new AbortController();
  const signals = new StopSignals();
  signals.first.then(() => stop.abort());

  const found = await findPictures(args, options.out);
  const progress = new ProgressLine(process.stderr, found.pictures.length + found.missing.length);
  const counts = { done: 0, failed: 0 };
  const { maxPixels, maxSide, maxFrames, svg } = settings;
  const report = await runResize({
    found,
    wanted,
    out: options.out,
    replace: options.force === true,
    processes: settings.concurrency,
    timeoutMs: settings.jobTimeout,
    memory: settings.memory,
    limits: { maxPixels, maxSide, maxFrames, svg },
    signal: stop.signal,
    onOutcome: ({ failures }) => {
      counts[failures.length > 0 ? "failed" : "done"] += 1;
      progress.update(counts.done, counts.failed);
    },
  }).finally(() => progress.clear());
  signals.release();
  print(report, options.json === true);
  if (stop.signal.aborted) return exitCodes.interrupted;
  return counts.failed > 0 ? exitCodes.failed : exitCodes.done;
}

function print(report: ResizeReport, json: boolean): void {
  for (const line of failureLines(report)) process.stderr.write(`pixmill: ${line}\n`);
  process.stdout.write(`${json ? reportAsJson(report) : summaryLine(report)}\n`);
}
