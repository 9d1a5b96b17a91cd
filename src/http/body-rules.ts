import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { PixmillError } from "../errors.ts";
import { watchPace } from "./body-pace.ts";
import { dropUnreadBody } from "./unread-body.ts";
import type { UploadLimits } from "./upload-limits.ts";

const slowBodyMs = 30_000;

/** What holds for the body of every request, before a route looks at it. */
export function installBodyRules(app: FastifyInstance, limits: UploadLimits): void {
  app.addHook("onRequest", async (request, reply) => {
    requireHost(request);
    const { raw } = request;
    if (!hasBody(raw)) return;
    dropUnreadBody(raw, reply.raw);
    refuseEncoded(request);
    watchPace(raw, limits.slowBodyMs ?? slowBodyMs, () => {
      reply.header("connection", "close");
      interrupt(raw, new PixmillError("request_timeout"));
    });
  });
  // After every refusal that needs no body, before the first read of it.
  app.addHook("preParsing", async (request, reply) => {
    if (/^100-continue$/i.test(request.headers.expect ?? "")) reply.raw.writeContinue();
  });
}

/**
 * Makes whoever reads the body fail with `error`. The request is not destroyed: that would take its connection
 * away, and the answer with it.
 */
function interrupt(request: IncomingMessage, error: PixmillError): void {
  if (request.listenerCount("error") > 0) request.emit("error", error);
  else request.destroy();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function requireHost({ raw }: FastifyRequest): void {
  if (raw.httpVersion === "1.1" && raw.headers.host === undefined) {
    throw new PixmillError("invalid_request", { detail: "An HTTP/1.1 request needs a Host header." });
  }
}

/** A compressed body would make every limit on sizes a limit on something else. */
function refuseEncoded({ headers }: FastifyRequest): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && !/^identity$/i.test(encoding)) throw new PixmillError("unsupported_encoding");
}
