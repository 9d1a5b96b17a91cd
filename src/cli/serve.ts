import type { Command } from "commander";
import type { Role } from "../app.ts";
import { settingKeys } from "../config/setting-table.ts";
import { loadSettings } from "../config/settings.ts";
import { UsageError } from "./failure.ts";
import { runApp } from "./run-app.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";

interface AppCommand {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly description: string;
  readonly help: string;
}

const commands: readonly AppCommand[] = [
  {
    name: "serve",
    roles: ["api", "worker"],
    description: "run the API, the workers and the web page in one process",
    help: `
Examples:
  $ pixmill serve
  $ pixmill serve --port 8080 --storage /var/lib/pixmill
  $ HOST=0.0.0.0 PIXMILL_OPEN=on pixmill serve

Ctrl-C finishes the running images and stops; a second Ctrl-C ends at once.`,
  },
  {
    name: "api",
    roles: ["api"],
    description: "run the API and the web page; workers run elsewhere",
    help: `
Example:
  $ REDIS_URL=redis://localhost DATABASE_URL=postgres://localhost/pixmill pixmill api

Needs REDIS_URL, DATABASE_URL and a PIXMILL_STORAGE that the workers share.`,
  },
  {
    name: "worker",
    roles: ["worker"],
    description: "run a worker; as many as you like, on as many machines",
    help: `
Example:
  $ REDIS_URL=redis://localhost DATABASE_URL=postgres://localhost/pixmill pixmill worker --concurrency 4

Needs REDIS_URL, DATABASE_URL and a PIXMILL_STORAGE that it shares with the API.
SIGTERM finishes the running images, gives back the rest, and exits 0.`,
  },
];

/** The commands that run until they are stopped. */
export function addServeCommands(program: Command, finish: (exitCode: number) => void): void {
  for (const { name, roles, description, help } of commands) {
    const command = program
      .command(name)
      .description(description)
      .addHelpText("after", help)
      .action(async (options: Record<string, unknown>) => {
        const loaded = loadSettings({ env: process.env, flags: settingFlags(options, settingKeys) });
        if (roles.length === 1 && loaded.settings.redisUrl === undefined) {
          throw new UsageError(
            `${name} is one of many processes, which meet on Redis and PostgreSQL: set REDIS_URL and DATABASE_URL, ` +
              "or run `pixmill serve`, which needs neither",
          );
        }
        finish(await runApp(loaded, roles));
      });
    addSettingOptions(command, settingKeys);
  }
}
