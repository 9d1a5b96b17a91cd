import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PixmillError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { warnRarely } from "../throttled-warning.ts";
import { faultOf } from "./fastify-faults.ts";
import { problemOf, problemType } from "./problem.ts";
import type { RouteTable } from "./route-table.ts";

/** Headers that speak of the content which is not sent now. */
const contentHeaders = ["accept-ranges", "content-disposition", "content-length", "content-range", "etag"];

/** Seconds, where what failed did not say for how long it may. */
const usualRetryAfter = 5;
const isPassing = (status: number) => status === 503 || status === 507;

/** Answers with a problem document, whatever was thrown and however far the answer was prepared. */
export function answerWithProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { error, status } = faultOf(thrown);
  // Of an outage every request meets the same: one line a kind tells of it.
  if (isPassing(status)) warnRarely(request.server.log as Logger, "request failed", error.cause ?? error);
  else if (status >= 500) {
    request.log.error({ err: error.cause ?? error, code: error.code }, "request failed");
  }
  for (const name of contentHeaders) {
    // A 416 says how long the content is.
    if (name !== "content-range" || status !== 416) reply.removeHeader(name);
  }
  // Fastify wants to close the connection when a body was not read; that can cost the client the answer, and
  // `unread-body.ts` reads the rest instead.
  if (error.code !== "request_timeout" && reply.hasHeader("connection"))
    reply.header("connection", "keep-alive");
  const retryAfter = error.retryAfter ?? (isPassing(status) ? usualRetryAfter : undefined);
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  if (error.code === "unauthorized") reply.header("www-authenticate", "Bearer");
  if (error.code === "unsupported_encoding") reply.header("accept-encoding", "identity");
  reply
    .code(status)
    .header("x-request-id", request.id)
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .type(problemType)
    .send(JSON.stringify(problemOf(error, request.id, status)));
}

/** Every error of every route, and every address or method that no route has. */
export function installErrorAnswers(app: FastifyInstance, routes: RouteTable): void {
  app.setErrorHandler((error, request, reply) => {
    answerWithProblem(error, request, reply);
    return reply;
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsOf(request.url);
    if (allowed.length > 0) reply.header("allow", allowed.join(", "));
    const code = allowed.length > 0 ? "method_not_allowed" : "not_found";
    answerWithProblem(new PixmillError(code), request, reply);
    return reply;
  });
}
