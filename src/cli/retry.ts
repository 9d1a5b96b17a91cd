import type { Command } from "commander";
import { exitCodes } from "./failure.ts";
import { follow } from "./follow.ts";
import { findById, isGood, jsonOf, textOf } from "./image-or-batch.ts";
import { printJson } from "./output.ts";
import { addServiceOptions, onService, type ServiceOptions } from "./running-service.ts";

const examples = `
Examples:
  $ pixmill retry 019b2c3d-7e00-7329-8504-0b3a08a69983
  $ pixmill retry 019b2c3d-7e00-7329-8504-0b3a08a69983 --wait --json

An image must have failed or been cancelled; of a batch the failed images are tried again.`;

interface RetryCommand extends ServiceOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
}

export function addRetryCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("retry")
      .description("try an image again, or the failed images of a batch")
      .argument("<id>", "of an image or a batch"),
  )
    .option("--wait", "until it is done; exit code 1 when it fails again")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples)
    .action(async (id: string, options: RetryCommand) => {
      finish(
        await onService(options, async ({ client, url }, signal) => {
          const found = await findById(id, { client, signal });
          const begun =
            "image" in found
              ? { image: await client.retry(id, { signal }) }
              : { batch: await client.batches.retry(id, { signal }) };
          const now = options.wait ? await follow(begun, { client, signal }) : begun;
          if (options.json) printJson(jsonOf(now));
          else process.stdout.write(`${textOf(now, url)}\n`);
          return options.wait && !isGood(now) ? exitCodes.failed : exitCodes.done;
        }),
      );
    });
}
