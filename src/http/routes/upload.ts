import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { prefersHtml } from "../accept-html.ts";
import { sendBatch, sendImage } from "../accepted.ts";
import { batchSchema } from "../batch-view.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { imageSchema } from "../image-schema.ts";
import { receiveForm } from "../multipart.ts";
import { noQuery } from "../query.ts";
import { submitAll, submitOne } from "../submit-form.ts";
import { admitUpload, formBody, refuseLongBody, requireForm, uploadFailures } from "../upload-body.ts";
import { textFields } from "../upload-fields.ts";
import type { UploadLimits } from "../upload-limits.ts";

interface Options {
  readonly useCases: UseCases;
  readonly limits: UploadLimits;
}

/** The door for a shell user and a plain HTML form: one file makes an image, several make a batch. */
export const uploadRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, limits }) => {
  app.post(
    "/upload",
    {
      onRequest: [refuseLongBody(limits.maxFiles * limits.maxFileBytes), admitUpload(useCases)],
      config: { failures: uploadFailures },
      schema: {
        operationId: "upload",
        summary: "Upload one file or several",
        description: 'curl -F "file=@cat.jpg" http://localhost:5000/upload',
        tags: ["Upload"],
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: formBody("many", textFields),
        response: {
          202: z.union([imageSchema, batchSchema]).describe("Accepted: the image, or the batch of several"),
          303: z.undefined().describe("The page that shows it, where `Accept` prefers text/html"),
        },
      },
    },
    async (request, reply) => {
      requireForm(request);
      const form = await receiveForm(request, useCases.receive, limits.maxFiles);
      const door = { request, reply, toPage: prefersHtml(request.headers.accept) };
      return form.files.length === 1
        ? sendImage(door, await submitOne(request, useCases, form))
        : sendBatch(door, await submitAll(request, useCases, form));
    },
  );
};
