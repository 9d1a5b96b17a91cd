import type { Command } from "commander";
import { PixmillClient, RequestFailure, type Retry } from "../client/index.ts";
import { apiKeyVariable, urlVariable } from "../config/client-variables.ts";
import { apiKeyFrom } from "./api-key.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { StopSignals } from "./stop-signals.ts";

const probeMs = 10_000;
const usualUrl = "http://localhost:5000";
/** Half a minute or more with its pauses: a service that is restarted is back by then. */
const patience: Retry = (_failure, tries) => tries < 12;

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
export interface RunningService {
  /** Without a slash at its end. */
  readonly url: string;
  readonly client: PixmillClient;
}

/**
 * Does `work` with the service that the flags or the variables name, once it has answered; from then on a restart is
 * waited for. Resolves to the exit code; the first Ctrl-C aborts the signal. Rejects with a `UsageError` when they name
 * no address or no key, and in one sentence when the service cannot be reached or refuses.
 */
export async function onService(
  options: ServiceOptions,
  work: (service: RunningService, signal: AbortSignal) => Promise<number>,
  retry = patience,
): Promise<number> {
  const connection = await connectionOf(options);
  const { url } = connection;
  const stop = new AbortController();
  const { signal } = stop;
  const signals = new StopSignals();
  signals.first.then(() => stop.abort());
  try {
    await probe(new PixmillClient({ ...connection, retry: () => false }), url, signal);
    return await work({ url, client: new PixmillClient({ ...connection, retry }) }, signal);
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw explained(error, connection);
  } finally {
    signals.release();
  }
}

/** Whether a refusal with this status is of the command, not of the file: every further upload would only repeat it. */
export function refusesEveryUpload(status: number): boolean {
  return [301, 302, 307, 308, 400, 401, 403, 404, 405].includes(status);
}

interface Connection {
  readonly url: string;
  readonly apiKey: string | undefined;
}

async function connectionOf(options: ServiceOptions): Promise<Connection> {
  const { [urlVariable]: usual, [apiKeyVariable]: key } = process.env;
  const url = checkUrl(options.url ?? (usual || usualUrl), options.url === undefined ? urlVariable : "--url");
  const where = options.apiKey ?? (key ? `env:${apiKeyVariable}` : undefined);
  return { url, apiKey: where === undefined ? undefined : await apiKeyFrom(where) };
}

/** Rejects when nothing answers there, or not as Pixmill does. */
async function probe(client: PixmillClient, url: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
  const presets: unknown = await client.presets({ signal: deadline }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!(error instanceof RequestFailure) || error.kind !== "refused") throw error;
    if (error.status === 401 || error.location !== undefined) throw error;
    throw new Error(`${url} does not answer as Pixmill does: ${error.message} (${error.status})`);
  });
  if (!Array.isArray(presets)) throw new Error(`${url} does not answer as Pixmill does`);
}

/** What went wrong between a command and the service, in one sentence that says what to do. */
function explained(error: unknown, { url, apiKey }: Connection): unknown {
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
  if (status === 401) {
    if (apiKey !== undefined)
      return new Error(`${url} refuses the API key that was sent: ${message} (${code})`);
    return new Error(
      `${url} wants an API key (${status}): --api-key env:NAME or --api-key file:PATH, or set ${apiKeyVariable}`,
    );
  }
  // A 403 of something before the service is none that an API key helps against.
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
