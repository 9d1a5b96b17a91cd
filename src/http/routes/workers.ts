import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { noQuery } from "../query.ts";

const count = z.int().describe("Since the worker's process started");

const workerSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    startedAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    concurrency: z.int().describe("Images that it works on at once, at most"),
    active: z.int().describe("Images that it works on now"),
    done: count,
    failed: count,
    megapixels: z.number().describe("Of the originals of images that it ended"),
  })
  .meta({ id: "Worker" });

export const workerRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  app.get(
    "/v1/workers",
    {
      schema: {
        operationId: "listWorkers",
        summary: "Who works: every worker that was seen in the last 30 seconds",
        tags: ["Operations"],
        querystring: noQuery,
        response: { 200: z.array(workerSchema) },
      },
    },
    async () => {
      const workers = await useCases.listWorkers();
      return workers.map(({ startedAt, lastSeenAt, ...worker }) => ({
        ...worker,
        startedAt: startedAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
      }));
    },
  );
};
