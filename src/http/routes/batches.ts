import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { batchSchema, batchView, shownImages } from "../batch-view.ts";
import { problemResponse } from "../problem-schema.ts";
import { noQuery } from "../query.ts";

export const batchRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  app.get(
    "/v1/batches/:id",
    {
      schema: {
        summary: "Look at a batch",
        tags: ["Batches"],
        params: z.object({ id: z.string() }),
        querystring: noQuery,
        response: { 200: batchSchema, ...problemResponse },
      },
    },
    async ({ params }) => {
      const batch = await useCases.findBatch(params.id);
      return batchView(batch, await useCases.firstImagesOfBatch(batch.id, shownImages));
    },
  );
};
