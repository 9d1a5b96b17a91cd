import type { Command } from "commander";
import type { SettingKey } from "../config/setting-table.ts";
import { catalogFile, loadSettings } from "../config/settings.ts";
import { exitCodes } from "./failure.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";

/** What says where the secret is. Other settings cannot stop it. */
const keys = ["webhookSecret", "storage", "databaseUrl"] as const satisfies readonly SettingKey[];

const help = `
Examples:
  $ pixmill webhook-secret
  $ DATABASE_URL=postgres://localhost/pixmill pixmill webhook-secret

Receivers verify with it that a webhook is yours; whoever knows it can forge one. It is PIXMILL_WEBHOOK_SECRET where
that is set, all of them with the newest first, else the one that was generated into the catalog.`;

export function addWebhookSecretCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("webhook-secret")
    .description("print the secret that signs webhooks")
    .addHelpText("after", help)
    .action(async (options: Record<string, unknown>) => {
      const { settings } = loadSettings({ env: process.env, flags: settingFlags(options, keys), keys });
      const secrets =
        settings.webhookSecret.length > 0 ? settings.webhookSecret : [await generatedSecret(settings)];
      process.stdout.write(`${secrets.join("\n")}\n`);
      finish(exitCodes.done);
    });
  addSettingOptions(command, keys);
}

async function generatedSecret(settings: Parameters<typeof catalogFile>[0]): Promise<string> {
  const { databaseUrl } = settings;
  // Loaded here, so that the other commands start without a database in memory.
  const { openCatalog } = await import("../catalog/database.ts");
  const catalog = await openCatalog(
    databaseUrl.startsWith("sqlite:") ? `sqlite:${catalogFile(settings)}` : databaseUrl,
  );
  try {
    return await catalog.webhookSecret();
  } finally {
    await catalog.close();
  }
}
