import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { batchStatuses } from "../../catalog/batch-status.ts";
import type { BatchRecord } from "../../catalog/image-record.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { batchSchema, batchView } from "../batch-view.ts";
import { sendContent } from "../content.ts";
import { refuseFields } from "../no-fields.ts";
import { limited, pageOf, pageQuery, pageView } from "../page.ts";
import { noQuery } from "../query.ts";

const tags = ["Batches"];
const params = z.object({ id: z.string() });

/** Looking at batches and changing their fate; they are made in `submit.ts`. */
export const batchRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  const withImages = async (batch: BatchRecord) =>
    batchView(batch, await useCases.firstImagesOfBatch(batch.id));

  app.get(
    "/v1/batches",
    {
      schema: {
        operationId: "listBatches",
        summary: "List batches, newest first",
        description: "Without their images: those are `GET /v1/images?batchId=`.",
        tags,
        querystring: z.strictObject({
          status: z.enum(batchStatuses).optional(),
          ...pageQuery,
        }),
        response: { 200: pageOf(batchSchema) },
      },
    },
    async ({ query }) =>
      pageView(await useCases.listBatches(limited(query)), (batch: BatchRecord) => batchView(batch)),
  );

  app.get(
    "/v1/batches/:id",
    {
      config: { failures: ["not_found", "gone"] },
      schema: {
        operationId: "getBatch",
        summary: "Look at a batch",
        tags,
        params,
        querystring: noQuery,
        response: { 200: batchSchema },
      },
    },
    async (request) => withImages(await useCases.findBatch(request.params.id)),
  );

  app.post(
    "/v1/batches/:id/close",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found", "gone"] },
      schema: {
        operationId: "closeBatch",
        summary: "Add no more images to an open batch",
        description: "It is done when its images are. Closing a batch that is closed changes nothing.",
        tags,
        params,
        querystring: noQuery,
        response: { 200: batchSchema },
      },
    },
    async (request) => withImages(await useCases.closeBatch(request.params.id)),
  );

  app.post(
    "/v1/batches/:id/cancel",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found", "gone", "already_final"] },
      schema: {
        operationId: "cancelBatch",
        summary: "Cancel those images of a batch that are not final",
        tags,
        params,
        querystring: noQuery,
        response: { 200: batchSchema },
      },
    },
    async (request) => withImages(await useCases.cancelBatch(request.params.id)),
  );

  app.post(
    "/v1/batches/:id/retry",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found", "gone"] },
      schema: {
        operationId: "retryBatch",
        summary: "Try the failed images of a batch again",
        description:
          "Those whose file was refused at the upload were not kept and stay failed. Without anything to try again " +
          "the batch is answered as it is.",
        tags,
        params,
        querystring: noQuery,
        response: { 202: batchSchema },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await withImages(await useCases.retryBatch(request.params.id))),
  );

  app.route({
    method: ["GET", "HEAD"],
    url: "/v1/batches/:id/archive",
    exposeHeadRoute: false,
    config: { failures: ["not_found", "gone", "precondition_failed", "range_not_satisfiable"] },
    schema: {
      operationId: "getBatchArchive",
      summary: "Download the ready variants of a batch as a ZIP",
      description:
        "Those that are ready now, stored and not deflated. Its length is known beforehand, and a download that broke " +
        "off goes on with `Range` and `If-Range`, as long as no variant of the batch came or went.",
      tags,
      params,
      querystring: noQuery,
      response: {
        200: { description: "The archive", content: { "application/zip": { schema: z.unknown() } } },
        304: z.undefined().describe("Not changed since `If-None-Match`"),
        206: { description: "The asked-for range", content: { "application/zip": { schema: z.unknown() } } },
      },
    },
    handler: async (request, reply) =>
      sendContent(request, reply, await useCases.archiveBatch(request.params.id), {
        cacheControl: "private, no-cache",
        disposition: "attachment",
      }),
  });

  app.delete(
    "/v1/batches/:id",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found"] },
      schema: {
        operationId: "deleteBatch",
        summary: "Delete a batch with its images, their originals and variants",
        tags,
        params,
        querystring: noQuery,
        response: { 204: z.undefined().describe("Deleted, now or before") },
      },
    },
    async (request, reply) => {
      await useCases.deleteBatch(request.params.id);
      return reply.code(204).send(undefined);
    },
  );
};
