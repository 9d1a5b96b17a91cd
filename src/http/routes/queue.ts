import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { noQuery } from "../query.ts";

const levelSchema = z
  .object({
    name: z.enum(["disk", "inodes", "redis", "catalog", "uploads"]),
    used: z.number().describe("0 is empty, 1 is full"),
    limit: z.number().describe("From here on the effect holds"),
    effect: z.string().nullable().describe("What is done above the limit"),
  })
  .meta({ id: "Level" });

const queueSchema = z
  .object({
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    oldestWaitingMs: z.number().nullable(),
    throughputPerMinute: z.number(),
    levels: z.array(levelSchema).describe("How full what uploads fill is, as far as it can be told"),
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
        response: { 200: queueSchema },
      },
    },
    async () => useCases.queueFacts(),
  );
};
