import { type Command, Option } from "commander";
import type { Batch } from "../client/index.ts";
import { exitCodes } from "./failure.ts";
import { findPictures } from "./find-pictures.ts";
import { batchText, imageText } from "./image-or-batch.ts";
import { complain, printJson } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { addServiceOptions, onService, type RunningService, type ServiceOptions } from "./running-service.ts";
import { type UploadedFile, type UploadResult, uploadFiles } from "./upload/upload-files.ts";
import { variantsFromJson } from "./variants-option.ts";

const examples = `
Examples:
  $ pixmill upload cat.jpg
  $ pixmill upload photos/ --batch --wait --preset shop
  $ pixmill upload cat.jpg --variants '[{"name": "small", "width": 320}]' --wait --json

Each file is an image of its own unless --batch makes them one. Exit code 1: a file was refused or, with --wait, an
image failed; it is named, and the others are done. Ctrl-C tells what was accepted so far.`;

interface UploadCommand extends ServiceOptions {
  readonly preset?: string;
  readonly variants?: string;
  readonly batch?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

export function addUploadCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("upload")
      .description("upload files to a running service")
      .argument("<files...>", "files, folders, or patterns such as 'photos/**/*.jpg'"),
  )
    .addOption(
      new Option("--preset <name>", "the preset to ask for, by its name in the service").conflicts(
        "variants",
      ),
    )
    .option("--variants <json>", "the variants to ask for, as the API takes them")
    .option("--batch", "make them one batch")
    .option("--wait", "until every image is done, failed or cancelled")
    .option("--json", "print what came of each file as JSON")
    .addHelpText("after", examples)
    .action(async (files: string[], options: UploadCommand) => {
      finish(await upload(files, options));
    });
}

async function upload(args: readonly string[], options: UploadCommand): Promise<number> {
  const { preset, batch = false, wait = false, json = false } = options;
  const variants = options.variants === undefined ? undefined : variantsFromJson(options.variants);
  const { pictures, missing } = await findPictures(args);
  for (const { argument, reason } of missing) complain(`${argument}: ${reason}`);
  const absent = missing.map(({ argument, reason }) => ({
    file: argument,
    code: "no_file",
    message: reason,
  }));
  if (pictures.length === 0) {
    if (json) printFiles([], absent, undefined);
    return exitCodes.failed;
  }
  return onService(options, async (service, signal) => {
    const progress = new ProgressLine(process.stderr, pictures.length);
    const onProgress = (done: number, failed: number) => progress.update(done, failed);
    const wanted = { preset, variants, batch, wait };
    const result = await uploadFiles({ service, files: pictures, ...wanted, signal, onProgress }).finally(
      () => progress.clear(),
    );
    const tells = result.batch !== undefined || result.files.some(({ image, failure }) => image ?? failure);
    if (tells || (json && absent.length > 0)) print(result, absent, service, json);
    if (signal.aborted) return exitCodes.interrupted;
    if (result.fault !== undefined) throw result.fault;
    const isWhole = missing.length === 0 && result.files.every((file) => isGood(file, wait));
    return isWhole ? exitCodes.done : exitCodes.failed;
  });
}

function isGood({ image, failure }: UploadedFile, wait: boolean): boolean {
  return !failure && (!wait || image?.status === "done");
}

/** An argument that led to no file. */
interface Absent {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

function print(
  { files, batch }: UploadResult,
  absent: readonly Absent[],
  { url }: RunningService,
  json: boolean,
): void {
  for (const { file, image, failure } of files) {
    const error = failure ?? image?.error;
    if (error) complain(`${file}: ${error.message} (${error.code})`);
  }
  if (json) {
    printFiles(files, absent, batch);
    return;
  }
  for (const { image } of files) if (image) process.stdout.write(`${imageText(image, url)}\n`);
  if (batch) process.stdout.write(`${batchText(batch)}\n`);
}

function printFiles(
  files: readonly UploadedFile[],
  absent: readonly Absent[],
  batch: Batch | undefined,
): void {
  const told = files.map(({ file, image = null, failure }) => {
    const error = failure ? { code: failure.code, message: failure.message } : null;
    return { file, image, error };
  });
  const rest = absent.map(({ file, ...error }) => ({ file, image: null, error }));
  printJson({ files: [...told, ...rest], batch: batch ?? null });
}
