import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Metrics } from "../../metrics.ts";
import { noQuery } from "../query.ts";

export const metricsRoutes: FastifyPluginAsyncZod<{ metrics: Metrics }> = async (app, { metrics }) => {
  app.get(
    "/metrics",
    {
      config: { alone: true },
      schema: {
        operationId: "getMetrics",
        summary: "Counts of this process and the depth of the queue, for Prometheus",
        tags: ["Operations"],
        querystring: noQuery,
        response: {
          200: { description: "Text", content: { "text/plain": { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
};
