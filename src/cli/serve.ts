import type { Command } from "commander";
import { loadPresets } from "../config/presets-file.ts";
import { settingKeys } from "../config/setting-table.ts";
import { loadSettings, type Settings } from "../config/settings.ts";
import { createLogger, type Logger } from "../logger.ts";
import { exitCodes } from "./failure.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";
import { StopSignals } from "./stop-signals.ts";

const examples = `
Examples:
  $ pixmill serve
  $ pixmill serve --port 8080 --storage /var/lib/pixmill
  $ HOST=0.0.0.0 PIXMILL_OPEN=on pixmill serve

Ctrl-C finishes the running images and stops; a second Ctrl-C ends at once.`;

export function addServeCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("serve")
    .description("run the API, the workers and the web page in one process")
    .addHelpText("after", examples)
    .action(async (options: Record<string, unknown>) => {
      const { settings } = loadSettings({ env: process.env, flags: settingFlags(options, settingKeys) });
      finish(await serve(settings));
    });
  addSettingOptions(command, settingKeys);
}

async function serve(settings: Settings): Promise<number> {
  const presets = await loadPresets(settings.presets);
  const format = logFormat(settings);
  const logger = createLogger({ level: settings.logLevel, format });
  // Listened for from the first moment on: a stop during the start is a stop after it.
  const signals = new StopSignals();
  // Loaded here, so that the other commands start without a web server and a database in memory.
  const { startApp } = await import("../app.ts");
  const app = await startApp(settings, { logger, presets }).catch((error: unknown) => {
    throw portTaken(error) ? new Error(`port ${settings.port} is taken; choose another with --port`) : error;
  });
  announce(app.url, settings, format === "json" ? logger : undefined);
  const signal = await signals.first;
  logger.info({ signal }, "stopping");
  const clean = await app.stop();
  if (!clean) logger.error("the deadline passed: what was running is done after the next start");
  // Not left to the event loop: what missed the deadline would hold it open.
  process.exit(clean ? exitCodes.done : exitCodes.failed);
}

function portTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function logFormat({ logFormat }: Settings): "pretty" | "json" {
  if (logFormat !== "auto") return logFormat;
  return process.stdout.isTTY ? "pretty" : "json";
}

/** A sentence for a person, or, where standard output is lines of JSON, one more of them. */
function announce(url: string, { storage }: Settings, jsonLog: Logger | undefined): void {
  if (jsonLog) jsonLog.info({ url, storage }, "Pixmill is ready");
  else
    process.stdout.write(
      `\n  Pixmill is ready: ${url}\n  Images are stored in ${storage}\n  Ctrl-C stops it.\n\n`,
    );
}
