import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ApiKeys } from "../api-keys.ts";
import type { SettingKey } from "../config/setting-table.ts";
import { catalogFile, loadSettings } from "../config/settings.ts";
import { clientSecret } from "../notify/client-secret.ts";
import { apiKeyFrom } from "./api-key.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";

/** What says where the secret is. Other settings cannot stop it. */
const keys = ["webhookSecret", "storage", "databaseUrl", "apiKeys"] as const satisfies readonly SettingKey[];

const help = `
Examples:
  $ pixmill webhook-secret
  $ DATABASE_URL=postgres://localhost/pixmill pixmill webhook-secret

  $ pixmill webhook-secret --api-key env:SHOP_KEY

Receivers verify with it that a webhook is yours; whoever knows it can forge one. It is PIXMILL_WEBHOOK_SECRET where
that is set, all of them with the newest first, else the one that was generated into the catalog. With --api-key it is
the one that signs only what was uploaded with that key.`;

interface WebhookSecretCommand extends Readonly<Record<string, unknown>> {
  readonly apiKey?: string;
}

export function addWebhookSecretCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("webhook-secret")
    .description("print the secret that signs webhooks")
    .option("--api-key <where>", "env:NAME or file:PATH: the secret of this API key's webhooks")
    .addHelpText("after", help)
    .action(async (options: WebhookSecretCommand) => {
      const { settings } = loadSettings({ env: process.env, flags: settingFlags(options, keys), keys });
      const secrets =
        settings.webhookSecret.length > 0 ? settings.webhookSecret : [await generatedSecret(settings)];
      const client = options.apiKey && (await clientOf(options.apiKey, settings.apiKeys));
      const shown = client ? secrets.map((secret) => clientSecret(secret, client)) : secrets;
      process.stdout.write(`${shown.join("\n")}\n`);
      finish(exitCodes.done);
    });
  addSettingOptions(command, keys);
}

/** The name that the service has for whoever has this key. */
async function clientOf(where: string, known: readonly string[]): Promise<string> {
  const key = await apiKeyFrom(where);
  const keys = new ApiKeys(known);
  const index = keys.indexOf(key);
  if (index < 0) throw new UsageError(`--api-key ${where}: this key is not one of PIXMILL_API_KEYS`);
  return keys.nameOf(index);
}

async function generatedSecret(settings: Parameters<typeof catalogFile>[0]): Promise<string> {
  const { databaseUrl } = settings;
  const file = databaseUrl.startsWith("sqlite:") ? catalogFile(settings) : undefined;
  // Opening it would make one, with a secret that nobody signs with.
  if (file !== undefined && !existsSync(file)) {
    throw new Error(
      `there is no catalog at ${file}: give the settings of the service, which makes one when it first starts`,
    );
  }
  // Loaded here, so that the other commands start without a database in memory.
  const { openCatalog } = await import("../catalog/database.ts");
  const catalog = await openCatalog(file === undefined ? databaseUrl : `sqlite:${file}`);
  try {
    return await catalog.webhookSecret();
  } finally {
    await catalog.close();
  }
}
