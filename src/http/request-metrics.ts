import type { FastifyInstance } from "fastify";
import type { RequestRecorder } from "../metrics.ts";

/** Tells how long every answer took, by the pattern of its route. Event streams last as long as their reader likes. */
export function installRequestMetrics(app: FastifyInstance, requests: RequestRecorder): void {
  app.addHook("onResponse", async ({ routeOptions, method }, reply) => {
    const route = routeOptions.url ?? "none";
    if (route === "/v1/events") return;
    requests.answered({ route, method, status: reply.statusCode }, reply.elapsedTime);
  });
}
