import type { Command } from "commander";
import { type ConnectionOptions, PixmillClient, RequestFailure } from "../client/index.ts";
import { apiKeyVariable, urlVariable } from "../config/client-variables.ts";
import { apiKeyFrom } from "./api-key.ts";
import { UsageError } from "./failure.ts";

const probeMs = 10_000;
const usualUrl = "http://localhost:5000";

export interface ServiceOptions {
  readonly url?: string;
  readonly apiKey?: string;
}

/** The flags of every command that asks a running service. */
export function addServiceOptions(command: Command): Command {
  return command
    .option("--url <url>", `where the service is [${urlVariable}, default: ${usualUrl}]`)
    .option(
      "--api-key <where>",
      `env:NAME or file:PATH, where the API key is [default: env:${apiKeyVariable}]`,
    );
}

/** A running service, as a command speaks to it. */
export interface Service {
  /** Without a slash at its end. */
  readonly url: string;
  readonly client: PixmillClient;
}

/** Rejects with a `UsageError` when the flags or the variables say no address or no key. */
export async function openService(
  options: ServiceOptions,
  retry: Pick<ConnectionOptions, "retry"> = {},
): Promise<Service> {
  const { [urlVariable]: usual, [apiKeyVariable]: key } = process.env;
  const url = checkUrl(options.url ?? (usual || usualUrl), options.url === undefined ? urlVariable : "--url");
  const where = options.apiKey ?? (key ? `env:${apiKeyVariable}` : undefined);
  const apiKey = where === undefined ? undefined : await apiKeyFrom(where);
  return { url, client: new PixmillClient({ url, apiKey, ...retry }) };
}

/** Rejects, in one sentence, when nothing answers there, or not as Pixmill does. */
export async function checkService({ url, client }: Service, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
  const presets: unknown = await client.presets({ signal: deadline }).catch((error: unknown) => {
    signal.throwIfAborted();
    const sentence = explained(error, url);
    if (!(error instanceof RequestFailure) || error.kind !== "refused" || error.status === 401)
      throw sentence;
    if (error.location !== undefined) throw sentence;
    throw new Error(`${url} does not answer as Pixmill does: ${error.message} (${error.status})`);
  });
  if (!Array.isArray(presets)) throw new Error(`${url} does not answer as Pixmill does`);
}

/** What went wrong between a command and the service, in one sentence that says what to do. */
function explained(error: unknown, url: string): unknown {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new Error(
      `${url} cannot be reached: there was no answer in time; --url says where the service is`,
    );
  }
  if (!(error instanceof RequestFailure)) return error;
  const { status, code, message, location } = error;
  if (code === "connection_failed") {
    return new Error(`${url} cannot be reached: ${message}; --url says where the service is`);
  }
  if (location !== undefined)
    return new Error(`${url} leads to ${location}: give the address behind it as --url`);
  if (status === 401 || code === "http_403") {
    return new Error(
      `${url} wants an API key (${status}): --api-key env:NAME or --api-key file:PATH, or set ${apiKeyVariable}`,
    );
  }
  if (code.startsWith("http_"))
    return new Error(`${url} does not answer as Pixmill does: ${message} (${status})`);
  return new Error(`${message} (${code})`);
}

function checkUrl(text: string, name: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${name} ${text}: it must be an http or https address, such as ${usualUrl}`);
  }
  if (url.username || url.password)
    throw new UsageError(`${name} must not hold a password; there is --api-key`);
  if (url.search || url.hash) throw new UsageError(`${name} ${text}: it must end with a host or a path`);
  return url.href.replace(/\/+$/, "");
}
