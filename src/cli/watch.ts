import type { Command } from "commander";
import type { Batch, PixmillEvent } from "../client/index.ts";
import { exitCodes } from "./failure.ts";
import { follow } from "./follow.ts";
import { type Found, findById, imageText, isGood, jsonOf, textOf } from "./image-or-batch.ts";
import { ProgressLine } from "./progress-line.ts";
import { addServiceOptions, onService, type ServiceOptions } from "./running-service.ts";

const examples = `
Examples:
  $ pixmill watch 019b2c3d-7e00-7329-8504-0b3a08a69983
  $ pixmill watch 019b2c3d-7e00-7329-8504-0b3a08a69983 --json | jq -r .type

With --json every event is a line, {"type", "data"}, as GET /v1/events tells it. The last line is the end, also when it
was over before. Exit code 1: it failed or was cancelled, or some of the batch's images were.`;

interface WatchCommand extends ServiceOptions {
  readonly json?: boolean;
}

export function addWatchCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("watch")
      .description("follow an image or a batch until it is final")
      .argument("<id>", "of an image or a batch"),
  )
    .option("--json", "print a line of JSON for each event")
    .addHelpText("after", examples)
    .action(async (id: string, options: WatchCommand) => {
      finish(
        await onService(options, async ({ client, url }, signal) => {
          const found = await findById(id, { client, signal });
          const report = new Report({ url, json: options.json === true, ofBatch: "batch" in found });
          if ("batch" in found) report.progress(found.batch);
          const onEvent = (event: PixmillEvent) => report.event(event);
          const end = await follow(found, { client, signal, onEvent }).finally(() => report.clear());
          report.end(end);
          return isGood(end) ? exitCodes.done : exitCodes.failed;
        }),
      );
    });
}

/** A bar on a terminal, and what happened as lines. */
class Report {
  readonly #options: { readonly url: string; readonly json: boolean; readonly ofBatch: boolean };
  readonly #line = new ProgressLine(process.stderr, 1);

  constructor(options: { readonly url: string; readonly json: boolean; readonly ofBatch: boolean }) {
    this.#options = options;
  }

  event({ type, data }: PixmillEvent): void {
    const { url, json, ofBatch } = this.#options;
    if (type === "worker.heartbeat" || type === "reset") return;
    if (type === "batch.progress") this.progress(data);
    const isEnd = type === "image.done" || type === "image.failed" || type === "image.cancelled";
    // The end is said once, by whoever finds it.
    if (type === "batch.done" || (isEnd && !ofBatch)) return;
    if (json) this.#print(JSON.stringify({ type, data }));
    else if (isEnd) this.#print(imageText(data, url));
  }

  progress({ counts: { total, done, failed, cancelled } }: Batch): void {
    this.#line.update(done, failed + cancelled, total);
  }

  end(found: Found): void {
    const type = "image" in found ? `image.${found.image.status}` : "batch.done";
    const { url, json } = this.#options;
    this.#print(json ? JSON.stringify({ type, data: jsonOf(found) }) : textOf(found, url));
  }

  clear(): void {
    this.#line.clear();
  }

  #print(text: string): void {
    this.#line.clear();
    process.stdout.write(`${text}\n`);
  }
}
