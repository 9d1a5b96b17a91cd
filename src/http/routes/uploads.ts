import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { PixmillError } from "../../errors.ts";
import { isImageId } from "../../image/image-id.ts";
import { uploadIdleMs } from "../../resize/sweep-uploads.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { answerOfBegun, imageOf } from "../begun-upload.ts";
import { ExactFault } from "../fastify-faults.ts";
import { idempotencyHeaders, requestKey } from "../idempotency.ts";
import { noQuery } from "../query.ts";
import { beginFailures, finishingFailures, ongoingFailures, sendFailures } from "../tus-fault.ts";
import { createTusServer, uploadsPath } from "../tus-server.ts";
import { admitUpload } from "../upload-body.ts";
import type { UploadLimits } from "../upload-limits.ts";

interface Options {
  readonly useCases: UseCases;
  readonly limits: UploadLimits;
}

const tags = ["Upload"];
const version = "1.0.0";
const partType = "application/offset+octet-stream";
const idParams = z.object({ id: z.string() });
const nothing = z.undefined();

/** Resumable uploads by the tus protocol: what comes in over many requests, until it is an image. */
export const uploadsRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, limits }) => {
  const answerOf = createTusServer(useCases, limits.maxFileBytes);
  // Whatever a body says it is, the library reads it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));

  app.addHook("onRequest", async (request, reply) => {
    reply.header("tus-resumable", version);
    if (request.method === "OPTIONS") return;
    if (request.headers["tus-resumable"] !== version) {
      reply.header("tus-version", version);
      const detail = `Send the header Tus-Resumable: ${version}; no other version is spoken here.`;
      throw new PixmillError("precondition_failed", { detail });
    }
    if (request.headers["upload-checksum"] !== undefined && ["POST", "PATCH"].includes(request.method)) {
      const detail = "Send no Upload-Checksum: the checksum extension of tus is not offered here.";
      throw new PixmillError("invalid_request", { detail });
    }
    const { id } = request.params as { id?: string };
    if (id !== undefined && !isImageId(id)) throw noUpload();
  });

  for (const [url, operationId] of [
    [uploadsPath, "getUploadOptions"],
    [`${uploadsPath}/:id`, "getUploadOptionsOfOne"],
  ] as const) {
    app.options(
      url,
      {
        config: { alone: true },
        schema: {
          operationId,
          summary: "What of the tus protocol is spoken here",
          tags,
          querystring: noQuery,
          response: {
            204: nothing.describe("See `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`"),
          },
        },
      },
      answer,
    );
  }

  app.post(
    uploadsPath,
    {
      onRequest: admitUpload(useCases),
      config: { failures: beginFailures },
      schema: {
        operationId: "beginUpload",
        summary: "Begin a resumable upload",
        description:
          "The tus protocol, version 1.0.0 (https://tus.io), for `tus-js-client`, Uppy and others. " +
          "`Upload-Metadata` may hold `filename`, `preset`, `variants` (a JSON list of Transform), " +
          "`batchId`, `callbackUrl` and `dedupe`; other keys are ignored. The body may be the beginning of the file. An " +
          `upload that nothing comes for in ${uploadIdleMs / 3_600_000} hours expires. The upload's id will be the image's, ` +
          "unless `dedupe` finds another.",
        tags,
        headers: idempotencyHeaders,
        querystring: noQuery,
        response: { 201: nothing.describe("`Location` is the upload's address") },
      },
    },
    async (request, reply) => {
      const { "upload-length": length, "upload-metadata": metadata } = request.headers;
      const begun = await useCases.beginUpload(requestKey(request), [length, metadata], {
        create: (keep) => answerOf(request, keep),
        again: (id) => answerOfBegun(useCases, id),
      });
      return send(request, reply, begun.answer, begun.isReplay ? { "idempotent-replay": "true" } : {});
    },
  );

  app.head(
    `${uploadsPath}/:id`,
    {
      config: { failures: finishingFailures },
      schema: {
        operationId: "askUpload",
        summary: "Ask how much of an upload is here",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 200: nothing.describe("See `Upload-Offset` and `Upload-Length`") },
      },
    },
    async (request, reply) => {
      const image = await imageOf(useCases, request.params.id);
      return send(request, reply, await answerOf(request), image && { "image-id": image.id });
    },
  );

  app.patch(
    `${uploadsPath}/:id`,
    {
      onRequest: [requirePart, admitUpload(useCases)],
      config: { failures: sendFailures },
      schema: {
        operationId: "sendUpload",
        summary: "Send the next bytes of an upload",
        description:
          "The answer to the last bytes carries `Image-Id`: the image is accepted. A file that is no image is " +
          "refused there, and its upload is gone. A request without bytes at the end of the upload gets the same answer " +
          "again. A client that can only send POST does so, with `X-HTTP-Method-Override: PATCH`.",
        tags,
        params: idParams,
        querystring: noQuery,
        body: { content: { [partType]: { schema: z.file() } } },
        response: { 204: nothing.describe("`Upload-Offset` is where to go on") },
      },
    },
    answer,
  );

  app.delete(
    `${uploadsPath}/:id`,
    {
      config: { bodiless: true, failures: [...ongoingFailures, "unsupported_encoding"] },
      schema: {
        operationId: "giveUpUpload",
        summary: "Give an unfinished upload up",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 204: nothing.describe("Nothing is left of it") },
      },
    },
    answer,
  );

  async function answer(request: FastifyRequest, reply: FastifyReply) {
    return send(request, reply, await answerOf(request));
  }

  function send(request: FastifyRequest, reply: FastifyReply, { status, headers }: Response, more = {}) {
    for (const [name, value] of headers) {
      // Who may read answers from another origin is said in one place for all routes. There is no content.
      if (!/^(?:access-control|content)-/.test(name)) reply.header(name, value);
    }
    // The library counts from the last byte before this request.
    if (headers.has("upload-expires"))
      reply.header("upload-expires", new Date(Date.now() + uploadIdleMs).toUTCString());
    request.imageId = headers.get("image-id") ?? undefined;
    return reply.headers(more).code(status).send(undefined);
  }
};

function noUpload(): PixmillError {
  return new PixmillError("not_found", { detail: "There is no upload with that id." });
}

/** tus: "otherwise the server SHOULD return a 415". */
async function requirePart({ headers }: FastifyRequest): Promise<void> {
  if (headers["content-type"] === partType) return;
  const detail = `Send the bytes with Content-Type: ${partType}.`;
  throw new ExactFault(new PixmillError("invalid_request", { detail }), 415);
}
