import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/problem.ts";
import { addBatchesCommand } from "./batches.ts";
import { addConfigCommand } from "./config.ts";
import { addDownloadCommand } from "./download.ts";
import { exitCodes, failureLine, UsageError } from "./failure.ts";
import { addLoadTestCommand } from "./load-test.ts";
import { addResizeCommand } from "./resize.ts";
import { addRetryCommand } from "./retry.ts";
import { addServeCommands } from "./serve.ts";
import { addStatusCommand } from "./status.ts";
import { addUploadCommand } from "./upload.ts";
import { addWatchCommand } from "./watch.ts";
import { addWebhookSecretCommand } from "./webhook-secret.ts";

const examples = `
Examples:
  $ pixmill serve
  $ pixmill serve --port 8080 --storage /var/lib/pixmill
  $ pixmill worker --concurrency 4
  $ pixmill config
  $ pixmill resize photos/*.jpg --width 300 --height 300 --out out/
  $ pixmill upload photos/*.jpg --batch --wait
  $ pixmill load-test --url http://localhost:5000

Settings, presets and errors are described in docs/. Exit codes: 0 done, 1 something failed, 2 wrong usage.`;

/** Runs one command line, without the program's own name. Resolves to the exit code; nothing is thrown. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = new Command("pixmill")
    .description("Makes every size and format of your images.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", examples)
    .configureOutput({ outputError: (text, write) => write(`pixmill: ${failureLine(text)}\n`) })
    .exitOverride();
  const finish = (code: number) => {
    exitCode = code;
  };
  addServeCommands(program, finish);
  addConfigCommand(program, finish);
  addWebhookSecretCommand(program, finish);
  addResizeCommand(program, finish);
  addUploadCommand(program, finish);
  addStatusCommand(program, finish);
  addWatchCommand(program, finish);
  addDownloadCommand(program, finish);
  addRetryCommand(program, finish);
  addBatchesCommand(program, finish);
  addLoadTestCommand(program, finish);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed what it has to say; its exit code 0 means help or version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof ConfigError) {
      process.stderr.write(`pixmill: ${error.message}\n`);
      return exitCodes.usage;
    }
    process.stderr.write(`pixmill: ${failureLine(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

/** The same place from `src/cli` and from the package's `dist/cli`. */
function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return String(version);
}
