import type { Role } from "../app.ts";
import { LivePresets } from "../config/live-presets.ts";
import type { LoadedSettings, Settings } from "../config/settings.ts";
import { shownSettings } from "../config/shown-settings.ts";
import { createLogger, type Logger } from "../logger.ts";
import { endAtOnce, endSoon } from "./end-process.ts";
import { exitCodes } from "./failure.ts";
import { keepHeapLean } from "./lean-heap.ts";
import { StopSignals } from "./stop-signals.ts";

/** Starts the roles, waits for a signal, and stops. The process ends soon after it resolves to the exit code. */
export async function runApp(loaded: LoadedSettings, roles: readonly Role[]): Promise<number> {
  const { settings } = loaded;
  const presets = await LivePresets.load(settings.presets);
  const format = logFormat(settings);
  const logger = createLogger({ level: settings.logLevel, format });
  // Listened for from the first moment on: a stop during the start is a stop after it.
  const signals = new StopSignals();
  presets.reloadOnSignal(logger);
  // Loaded here, so that the other commands start without a web server and a database in memory.
  const { startApp } = await import("../app.ts");
  const app = await startApp(settings, {
    logger,
    presets: presets.current,
    shownSettings: shownSettings(loaded),
    roles,
  }).catch((error: unknown) => {
    throw portTaken(error) ? new Error(`port ${settings.port} is taken; choose another with --port`) : error;
  });
  keepHeapLean();
  if (app.url !== undefined) announce(app.url, settings, format === "json" ? logger : undefined);
  const end = await Promise.race([
    signals.first.then((signal) => ({ signal, broken: false })),
    app.fatal.then((reason) => ({ reason, broken: true })),
  ]);
  if (end.broken) logger.fatal(end, "stopping, to be started anew");
  else logger.info(end, "stopping");
  const clean = await app.stop();
  // What missed the deadline would hold the event loop open.
  if (!clean) {
    logger.error("the deadline passed: what was running is done after the next start");
    endAtOnce(exitCodes.failed);
  }
  const exitCode = end.broken ? exitCodes.failed : exitCodes.done;
  endSoon(exitCode);
  return exitCode;
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
