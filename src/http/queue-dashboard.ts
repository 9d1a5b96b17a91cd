import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PixmillError } from "../errors.ts";
import type { QueueDashboard } from "../queue/queue-dashboard.ts";
import { answerWithProblem } from "./error-answers.ts";

const path = "/queues";
const readingMethods = ["GET", "HEAD"];

/** Bull Board brings styles that are written into its page, and asks Google for fonts, which stays undone. */
const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Bull Board at `/queues`, to look and not to touch: the queue is a dispatcher, and the API changes images. */
export function installQueueDashboard(app: FastifyInstance, dashboard: QueueDashboard): void {
  app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.schema = { ...route.schema, hide: true };
      route.errorHandler = answerFault;
    });
    scope.addHook("onRequest", async ({ method }, reply) => {
      reply.header("content-security-policy", policy);
      if (readingMethods.includes(method)) return;
      reply.header("allow", readingMethods.join(", "));
      throw new PixmillError("method_not_allowed", { detail: "The dashboard only shows the queue." });
    });
    // Loaded here: a service without a dashboard does without.
    const { FastifyAdapter } = await import("@bull-board/fastify");
    const adapter = new FastifyAdapter().setBasePath(path);
    await dashboard.showOn(adapter);
    await scope.register(adapter.registerPlugin(), { prefix: path });
  });
}

/** What Bull Board throws comes from an address that it cannot read, or from a Redis that does not answer. */
function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  answerWithProblem(faultOf(error), request, reply);
}

function faultOf(error: unknown): unknown {
  if (error instanceof PixmillError) return error;
  if (error instanceof URIError) return new PixmillError("invalid_request");
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500) return error;
  return new PixmillError("overloaded", {
    detail: "The queue does not answer.",
    cause: error,
    retryAfter: 5,
  });
}
