import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { problemResponse } from "../problem-schema.ts";
import { noQuery } from "../query.ts";

const queueSchema = z
  .object({
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    oldestWaitingMs: z.number().nullable(),
    throughputPerMinute: z.number(),
  })
  .meta({ id: "Queue" });

export const queueRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  app.get(
    "/v1/queue",
    {
      schema: {
        operationId: "getQueue",
        summary: "How much work there is",
        tags: ["Operations"],
        querystring: noQuery,
        response: { 200: queueSchema, ...problemResponse },
      },
    },
    async () => useCases.queueFacts(),
  );
};
