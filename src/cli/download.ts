import { mkdir } from "node:fs/promises";
import { type Command, Option } from "commander";
import { type Batch, type Image, RequestFailure } from "../client/index.ts";
import { type SavedFile, saveAnswer } from "./download/save-answer.ts";
import { exitCodes, failureLine, UsageError } from "./failure.ts";
import { follow } from "./follow.ts";
import { findById } from "./image-or-batch.ts";
import { NameRefused } from "./move-whole.ts";
import { complain, megabytes, printJson, visible } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { addServiceOptions, onService, type RunningService, type ServiceOptions } from "./running-service.ts";

const examples = `
Examples:
  $ pixmill download 019b2c3d-7e00-7329-8504-0b3a08a69983 --out results/
  $ pixmill download 019b2c3d-7e00-7329-8504-0b3a08a69983 --variant thumb
  $ pixmill download 019b2c3d-7e00-7329-8504-0b3a08a69983 --wait

Of an image its variants are kept, of a batch one ZIP with those of all its images. Exit code 1: a variant is missing;
it is named, and the others are here.`;

interface DownloadCommand extends ServiceOptions {
  readonly out: string;
  readonly variant?: string;
  readonly original?: boolean;
  readonly wait?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addDownloadCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("download")
      .description("download the variants of an image, or the archive of a batch")
      .argument("<id>", "of an image or a batch"),
  )
    .option("--out <folder>", "where files go; made when it is not there", ".")
    .addOption(new Option("--variant <name>", "this variant of the image alone").conflicts("original"))
    .option("--original", "the original of the image instead")
    .option("--wait", "until the image or the batch is done")
    .option("--force", "replace files that exist already")
    .option("--json", "print what was downloaded as JSON")
    .addHelpText("after", examples)
    .action(async (id: string, options: DownloadCommand) => {
      if (options.out === "") throw new UsageError("--out must name a folder");
      finish(
        await onService(options, async (service, signal) => {
          const { client } = service;
          const found = await findById(id, { client, signal });
          const now = options.wait ? await follow(found, { client, signal }) : found;
          const download = new Download(service, signal, options);
          return "image" in now ? download.image(now.image) : download.batch(now.batch);
        }),
      );
    });
}

/** What is missing, and why. */
interface Missing {
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

class Download {
  readonly #service: RunningService;
  readonly #signal: AbortSignal;
  readonly #options: DownloadCommand;

  constructor(service: RunningService, signal: AbortSignal, options: DownloadCommand) {
    this.#service = service;
    this.#signal = signal;
    this.#options = options;
  }

  async image(image: Image): Promise<number> {
    const { variant, original } = this.#options;
    if (original) {
      const answer = await this.#service.client.download(image.id, undefined, { signal: this.#signal });
      return this.#finish([await this.#save(answer, `${image.id}-original`)], []);
    }
    const wanted = image.variants.filter(({ name }) => variant === undefined || name === variant);
    if (wanted.length === 0) {
      const names = image.variants.map(({ name }) => name).join(", ");
      throw new Error(`the image has no variant ${visible(variant ?? "")}; it has ${names}`);
    }
    const saved: SavedFile[] = [];
    const missing: Missing[] = [];
    let away: RequestFailure | undefined;
    for (const { name, status, error } of wanted) {
      if (away) missing.push({ what: name, ...notSaved(away) });
      else if (status !== "ready") missing.push({ what: name, ...(error ?? image.error ?? notMade(image)) });
      else {
        try {
          const answer = await this.#service.client.download(image.id, name, { signal: this.#signal });
          saved.push(await this.#save(answer, `${image.id}-${name}`));
        } catch (error) {
          // Where it is the only one, its own sentence says it all.
          if (this.#signal.aborted || wanted.length === 1) throw error;
          missing.push({ what: name, ...notSaved(error) });
          if (error instanceof RequestFailure && error.kind !== "refused") away = error;
        }
      }
    }
    return this.#finish(saved, missing);
  }

  async batch({ id, status, counts }: Batch): Promise<number> {
    const { variant, original } = this.#options;
    if (variant !== undefined || original) throw new UsageError("--variant and --original are for images");
    const answer = await this.#service.client.batches.archive(id, { signal: this.#signal });
    const saved = await this.#save(answer, `${id}.zip`);
    const rest = counts.total - counts.done;
    const message = status === "done" ? "not done" : `not done, the batch is ${status}; --wait waits for it`;
    const missing = { what: `${rest} of ${counts.total} images`, code: "not_done", message };
    return this.#finish([saved], rest > 0 ? [missing] : []);
  }

  async #save(answer: Response, fallbackName: string): Promise<SavedFile> {
    const { out: folder, force: replace = false } = this.#options;
    await mkdir(folder, { recursive: true });
    const total = Number(answer.headers.get("content-length") ?? 0) / 1e6;
    const progress = new ProgressLine(process.stderr, total, "MB");
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
      progress.update(bytes / 1e6, 0);
    };
    const options = { folder, fallbackName, replace, onBytes };
    return await saveAnswer(answer, options).finally(() => progress.clear());
  }

  #finish(files: readonly SavedFile[], missing: readonly Missing[]): number {
    for (const { what, code, message } of missing) complain(`${what}: ${message} (${code})`);
    if (this.#options.json) printJson({ files, missing });
    else for (const { path, bytes } of files) process.stdout.write(`${visible(path)}  ${megabytes(bytes)}\n`);
    return missing.length > 0 ? exitCodes.failed : exitCodes.done;
  }
}

function notMade({ status }: Image) {
  return { code: "not_ready", message: `the image is ${status}; --wait waits for it` };
}

function notSaved(error: unknown) {
  const hasCode = error instanceof RequestFailure || error instanceof NameRefused;
  const code = hasCode ? error.code : "not_saved";
  return { code, message: failureLine(error) };
}
