import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Delivery } from "../../events/event-bus.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { EventStream } from "../event-stream.ts";
import { EventTexts } from "../event-text.ts";

/** Proxies close connections on which nothing comes. */
const heartbeatMs = 15_000;

const filters = z.strictObject({ imageId: z.string().optional(), batchId: z.string().optional() });

export const eventRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  const texts = new EventTexts(useCases);
  const streams = new Set<EventStream>();
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.keepAlive();
  }, heartbeatMs);
  heartbeat.unref();
  app.addHook("preClose", async () => {
    clearInterval(heartbeat);
    for (const stream of streams) stream.end();
  });

  app.get(
    "/v1/events",
    {
      exposeHeadRoute: false,
      config: { alone: true },
      schema: {
        operationId: "watchEvents",
        summary: "Watch what happens, as server-sent events",
        description:
          "Every event has an id; `Last-Event-ID` resumes after it, or begins with `reset` when it is too old.",
        tags: ["Events"],
        querystring: filters,
        response: {
          200: { description: "The stream", content: { "text/event-stream": { schema: z.unknown() } } },
        },
      },
    },
    async (request, reply) => {
      const stream = new EventStream(texts);
      const afterId = request.headers["last-event-id"];
      const tell = (delivery: Delivery) => {
        if (concerns(delivery, request.query)) stream.tell(delivery);
      };
      const subscription = useCases.events.subscribe(
        tell,
        afterId === undefined ? undefined : String(afterId),
      );
      streams.add(stream);
      stream.body.once("close", () => {
        subscription.close();
        streams.delete(stream);
      });
      return reply
        .headers({
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-cache, no-transform",
          // nginx would gather the events until its buffer is full.
          "x-accel-buffering": "no",
        })
        .send(stream.body);
    },
  );
};

function concerns(delivery: Delivery, { imageId, batchId }: z.output<typeof filters>): boolean {
  if (delivery.type === "reset") return true;
  if (imageId !== undefined && delivery.imageId !== imageId) return false;
  return batchId === undefined || delivery.batchId === batchId;
}
