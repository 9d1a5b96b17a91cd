import { type Command, InvalidArgumentError, Option } from "commander";
import type { TransformInput } from "../client/index.ts";
import { count, duration } from "../config/setting-kinds.ts";
import { exitCodes } from "./failure.ts";
import { generatePhotos, type Size } from "./load-test/generate-photos.ts";
import { photosOf } from "./load-test/photo.ts";
import { failureLines, type LoadTestReport, reportOf, reportText } from "./load-test/report.ts";
import { runLoadTest } from "./load-test/run-load-test.ts";
import { parserOf } from "./option-parser.ts";
import { ProgressLine } from "./progress-line.ts";
import { addServiceOptions, onService, type RunningService, type ServiceOptions } from "./running-service.ts";
import { variantsFromJson } from "./variants-option.ts";

const examples = `
Examples:
  $ pixmill load-test
  $ pixmill load-test --url https://images.example.com --api-key env:LOAD_TEST_KEY --count 500
  $ pixmill load-test --folder photos/ --concurrency 16 --variants '[{"name": "big", "width": 1600}]'

An upload is tried again while the service is busy (429, 503) and, a few times, when the connection is lost.
Ctrl-C prints what there is so far. Exit code 1: an image failed or never ended; its name is printed.`;

const usualCount = 60;

export function addLoadTestCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("load-test")
      .description("upload many photos, and show latency, throughput and each worker's share"),
  )
    .addOption(
      new Option(
        "--count <number>",
        `photos to upload (default: ${usualCount}, or each of a folder once)`,
      ).argParser(parserOf(count(1, 1_000_000, "60"))),
    )
    .addOption(
      new Option("--concurrency <number>", "uploads at the same time")
        .default(8)
        .argParser(parserOf(count(1, 1_000, "8"))),
    )
    .option("--folder <folder>", "upload the pictures of this folder instead of generated ones")
    .addOption(
      new Option("--size <width>x<height>", "of generated photos (default: 2 to 3 megapixels)")
        .argParser(parseSize)
        .conflicts("folder"),
    )
    .option("--preset <name>", "the preset to ask for, by its name in the service")
    .option("--variants <json>", "the variants to ask for, as the API takes them")
    .addOption(
      new Option("--timeout <time>", "give up when nothing was accepted and nothing ended for so long")
        .default(120_000, "2m")
        .argParser(parserOf(duration("1s", "24h", "2m"))),
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", examples)
    .action(async (options: LoadTestCommand) => {
      finish(await loadTest(options));
    });
}

interface LoadTestCommand extends ServiceOptions {
  readonly count?: number;
  readonly concurrency: number;
  readonly folder?: string;
  readonly size?: Size;
  readonly preset?: string;
  readonly variants?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

function loadTest(options: LoadTestCommand): Promise<number> {
  const variants = options.variants === undefined ? undefined : variantsFromJson(options.variants);
  const work = (service: RunningService, signal: AbortSignal) =>
    run(service, signal, { ...options, variants });
  // What is tried again is counted; looking at images is not.
  return onService(options, work, () => false);
}

async function run(
  service: RunningService,
  signal: AbortSignal,
  options: Omit<LoadTestCommand, "variants"> & { readonly variants: readonly TransformInput[] | undefined },
): Promise<number> {
  const { concurrency, folder, size, preset, variants, timeout } = options;
  const photos =
    folder === undefined
      ? await generatePhotos(options.count ?? usualCount, size, signal)
      : await photosOf(folder);
  const total = options.count ?? (folder === undefined ? usualCount : photos.length);
  const progress = new ProgressLine(process.stderr, total);
  const result = await runLoadTest({
    service,
    photos,
    count: total,
    concurrency,
    preset,
    variants,
    timeoutMs: timeout,
    signal,
    onProgress: (done, failed) => progress.update(done, failed),
  }).finally(() => progress.clear());
  const asked = { url: service.url, count: total, concurrency };
  const report = reportOf(result, asked, await livingWorkers(service));
  print(report, options.json === true);
  if (signal.aborted) return exitCodes.interrupted;
  return report.failed > 0 ? exitCodes.failed : exitCodes.done;
}

function print(report: LoadTestReport, json: boolean): void {
  for (const line of failureLines(report)) process.stderr.write(`pixmill: ${line}\n`);
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : reportText(report)}\n`);
}

/** Also those that made nothing; none where the service does not tell. */
async function livingWorkers({ client }: RunningService): Promise<string[]> {
  try {
    return (await client.workers({ signal: AbortSignal.timeout(2_000) })).map(({ id }) => String(id));
  } catch {
    return [];
  }
}

function parseSize(text: string): Size {
  const [, width, height] = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  const fits = size.width >= 1 && size.height >= 1 && size.width <= 16_384 && size.height <= 16_384;
  if (fits && size.width * size.height <= 25_000_000) return size;
  throw new InvalidArgumentError("It must be like 1600x1200, at most 16,384 a side and 25 megapixels.");
}
