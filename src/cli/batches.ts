import { type Command, Option } from "commander";
import type { Batch } from "../client/index.ts";
import { count } from "../config/setting-kinds.ts";
import { exitCodes } from "./failure.ts";
import { batchText } from "./image-or-batch.ts";
import { parserOf } from "./option-parser.ts";
import { printJson } from "./output.ts";
import { addServiceOptions, onService, type ServiceOptions } from "./running-service.ts";

const statuses = ["open", "running", "done", "cancelled"] as const satisfies Batch["status"][];

const examples = `
Examples:
  $ pixmill batches
  $ pixmill batches --status running --limit 100
  $ pixmill batches --json | jq -r '.items[].id'`;

interface BatchesCommand extends ServiceOptions {
  readonly status?: Batch["status"];
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

export function addBatchesCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(program.command("batches").description("list batches, newest first"))
    .addOption(new Option("--status <status>", "only those").choices(statuses))
    .addOption(
      new Option("--limit <number>", "at most so many").default(20).argParser(parserOf(count(1, 200, "20"))),
    )
    .option("--cursor <cursor>", "go on where the list before ended")
    .option("--json", "print the page as JSON")
    .addHelpText("after", examples)
    .action(async ({ status, limit, cursor, json, ...options }: BatchesCommand) => {
      finish(
        await onService(options, async ({ client }, signal) => {
          const page = await client.batches.list({ status, limit, cursor }, { signal });
          if (json) printJson(page);
          else {
            const lines = page.items.map((batch) => `${batch.createdAt}  ${batchText(batch)}`);
            if (lines.length === 0) lines.push("There is no such batch.");
            if (page.nextCursor) lines.push(`There are more: --cursor ${page.nextCursor}`);
            process.stdout.write(`${lines.join("\n")}\n`);
          }
          return exitCodes.done;
        }),
      );
    });
}
