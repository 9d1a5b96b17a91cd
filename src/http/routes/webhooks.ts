import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { deliveryStatuses } from "../../catalog/delivery-record.ts";
import type { WebhookUseCases } from "../../notify/use-cases.ts";
import { deliverySchema, deliveryView } from "../delivery-view.ts";
import { refuseFields } from "../no-fields.ts";
import { problemResponse } from "../problem-schema.ts";
import { noQuery, wholeNumber } from "../query.ts";

const tags = ["Webhooks"];
const idParams = z.object({ id: z.string() });

/** What became of webhooks, and sending one again. */
export const webhookRoutes: FastifyPluginAsyncZod<{ webhooks: WebhookUseCases }> = async (
  app,
  { webhooks },
) => {
  app.get(
    "/v1/webhooks/deliveries",
    {
      schema: {
        operationId: "listDeliveries",
        summary: "List webhook deliveries, newest first",
        tags,
        querystring: z.strictObject({
          imageId: z.string().optional(),
          batchId: z.string().optional(),
          status: z.enum(deliveryStatuses).optional(),
          limit: wholeNumber(1, 200).optional(),
          cursor: z.string().max(200).optional(),
        }),
        response: {
          200: z.object({ items: z.array(deliverySchema), nextCursor: z.string().nullable() }),
          ...problemResponse,
        },
      },
    },
    async ({ query }) => {
      const { items, nextCursor } = await webhooks.list({ ...query, limit: query.limit ?? 50 });
      return { items: items.map(deliveryView), nextCursor };
    },
  );

  app.get(
    "/v1/webhooks/deliveries/:id",
    {
      config: { failures: ["not_found"] },
      schema: {
        operationId: "getDelivery",
        summary: "Look at a webhook delivery and its attempts",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 200: deliverySchema, ...problemResponse },
      },
    },
    async ({ params }) => deliveryView(await webhooks.find(params.id)),
  );

  app.post(
    "/v1/webhooks/deliveries/:id/replay",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found"] },
      schema: {
        operationId: "replayDelivery",
        summary: "Send a webhook once more",
        description:
          "The same body under the same `webhook-id`, at once, and with all retries before it. One that is being sent " +
          "just now is not sent twice.",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 202: deliverySchema, ...problemResponse },
      },
    },
    async ({ params }, reply) => reply.code(202).send(deliveryView(await webhooks.replay(params.id))),
  );
};
