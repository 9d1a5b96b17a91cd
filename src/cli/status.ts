import type { Command } from "commander";
import { exitCodes } from "./failure.ts";
import { findById, jsonOf, textOf } from "./image-or-batch.ts";
import { printJson } from "./output.ts";
import { addServiceOptions, onService, type ServiceOptions } from "./running-service.ts";

const examples = `
Examples:
  $ pixmill status 019b2c3d-7e00-7329-8504-0b3a08a69983
  $ pixmill status 019b2c3d-7e00-7329-8504-0b3a08a69983 --json`;

interface StatusCommand extends ServiceOptions {
  readonly json?: boolean;
}

export function addStatusCommand(program: Command, finish: (exitCode: number) => void): void {
  addServiceOptions(
    program
      .command("status")
      .description("show what has become of an image or a batch")
      .argument("<id>", "of an image or a batch"),
  )
    .option("--json", "print it as JSON")
    .addHelpText("after", examples)
    .action(async (id: string, options: StatusCommand) => {
      finish(
        await onService(options, async ({ client, url }, signal) => {
          const found = await findById(id, { client, signal });
          if (options.json) printJson(jsonOf(found));
          else process.stdout.write(`${textOf(found, url)}\n`);
          return exitCodes.done;
        }),
      );
    });
}
