import type { FastifyInstance, FastifyRequest } from "fastify";
import { isImageId } from "../image/image-id.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The image that the request made or is about, for its log line. */
    imageId: string | undefined;
  }
}

/**
 * One line a request, written when its answer has left or its connection is gone, and the request's id in the
 * answer. The query is not logged: it can hold what only the client should know.
 */
export function installRequestLog(app: FastifyInstance): void {
  app.decorateRequest("imageId", undefined);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.raw.once("close", () => {
      const line = {
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        imageId: request.imageId ?? imageIdOf(request),
        ...(!reply.raw.writableFinished && { aborted: true }),
      };
      // Probes come every few seconds and say nothing.
      if (line.path === "/livez") request.log.debug(line, "request");
      else request.log.info(line, "request");
    });
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

function imageIdOf(request: FastifyRequest): string | undefined {
  const { id } = (request.params ?? {}) as { id?: unknown };
  return typeof id === "string" && isImageId(id) && pathOf(request).startsWith("/v1/images/")
    ? id
    : undefined;
}
