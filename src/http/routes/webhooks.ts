import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { deliveryStatuses } from "../../catalog/delivery-record.ts";
import type { WebhookUseCases } from "../../notify/use-cases.ts";
import { deliverySchema, deliveryView } from "../delivery-view.ts";
import { refuseFields } from "../no-fields.ts";
import { limited, pageOf, pageQuery, pageView } from "../page.ts";
import { noQuery } from "../query.ts";

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
          ...pageQuery,
        }),
        response: { 200: pageOf(deliverySchema) },
      },
    },
    async ({ query }) => pageView(await webhooks.list(limited(query)), deliveryView),
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
        response: { 200: deliverySchema },
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
        response: { 202: deliverySchema },
      },
    },
    async ({ params }, reply) => reply.code(202).send(deliveryView(await webhooks.replay(params.id))),
  );
};
