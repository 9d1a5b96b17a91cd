import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiKeys } from "../api-keys.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Readiness } from "../resize/check-readiness.ts";

interface ProbeOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<readonly Readiness[]>;
  /** Metrics ask for one where there are any; probes never do. */
  readonly keys: ApiKeys;
  readonly logger: Logger;
}

export interface Probes {
  /** From now on `/readyz` says no. */
  quiet(): void;
  stop(): Promise<void>;
}

/**
 * The HTTP of a process that is only a worker: `/metrics`, `/livez` and `/readyz`. A port that is taken is no reason
 * not to work: several workers on one host are usual, and all but the first go without.
 */
export async function startProbes(options: ProbeOptions): Promise<Probes> {
  const { host, port, logger } = options;
  const state = { stopping: false };
  const server = createServer((request, response) => {
    answer(options, state, request, response).catch((err) => {
      logger.warn({ err }, "a probe could not be answered");
      response.destroy();
    });
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
    const { port: taken } = server.address() as AddressInfo;
    logger.info({ port: taken }, "metrics and probes are served");
  } catch (error) {
    logger.warn({ port, err: error }, "no metrics and probes: PIXMILL_METRICS_PORT cannot be listened on");
  }
  server.unref();
  return {
    quiet() {
      state.stopping = true;
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(
  { metrics, readiness, keys }: ProbeOptions,
  { stopping }: { readonly stopping: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const say = (status: number, body: object) =>
    send(response, status, "application/json", JSON.stringify(body));
  if (request.method !== "GET" && request.method !== "HEAD")
    return say(405, { error: "Only GET is answered." });
  switch (request.url?.split("?", 1)[0]) {
    case "/livez":
      return say(200, { status: "ok" });
    case "/readyz": {
      const dependencies = await readiness();
      const ready = !stopping && dependencies.every((dependency) => dependency.ready);
      return say(ready ? 200 : 503, { ready, dependencies });
    }
    case "/metrics": {
      const key = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
      if (keys.required && keys.indexOf(key) < 0) {
        response.setHeader("www-authenticate", "Bearer");
        return say(401, { error: "Send an API key as `Authorization: Bearer <key>`." });
      }
      return send(response, 200, metrics.contentType, await metrics.text());
    }
    default:
      return say(404, { error: "There is /metrics, /livez and /readyz." });
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
