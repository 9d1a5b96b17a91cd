import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ImageRecord } from "../../catalog/image-record.ts";
import type { Answered } from "../../resize/answer-once.ts";
import type { SubmittedBatch } from "../../resize/submit-once.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { sendBatch, sendImage } from "../accepted.ts";
import { batchSchema } from "../batch-view.ts";
import { idempotencyHeaders, requestKey } from "../idempotency.ts";
import { imageSchema } from "../image-schema.ts";
import { jsonImageSchema, readJsonImage } from "../json-source.ts";
import { receiveForm } from "../multipart.ts";
import { newBatchSchema, readNewBatch } from "../new-batch.ts";
import { refuseField } from "../problem.ts";
import { noQuery } from "../query.ts";
import { receiveRaw } from "../raw-upload.ts";
import { submitAll, submitOne } from "../submit-form.ts";
import {
  admitUpload,
  batchFailures,
  formBody,
  noFile,
  refuseLongBody,
  refuseLongFile,
  requireForm,
  uploadFailures,
} from "../upload-body.ts";
import { batchTextFields, submitOptions, textFields } from "../upload-fields.ts";
import { maxListBytes, maxListItems, type UploadLimits } from "../upload-limits.ts";

interface Options {
  readonly useCases: UseCases;
  readonly limits: UploadLimits;
}

const rawQuery = z.strictObject({
  filename: z.string().optional(),
  ...textFields,
});

type RawQuery = z.output<typeof rawQuery>;

/** The doors for programs: exactly one image, or many at once. */
export const submitRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, limits }) => {
  app.post(
    "/v1/images",
    {
      onRequest: [refuseLongBody(limits.maxFileBytes), admitUpload(useCases)],
      config: { failures: uploadFailures },
      schema: {
        operationId: "submitImage",
        summary: "Submit one image",
        description:
          "As a form, as a body that is the file itself, described by the query, or as JSON with the address that a " +
          "worker fetches it from.\n\n" +
          'curl -T cat.jpg -X POST -H "Content-Type: image/jpeg" http://localhost:5000/v1/images?filename=cat.jpg',
        tags: ["Upload"],
        headers: idempotencyHeaders,
        querystring: rawQuery,
        body: {
          content: {
            ...formBody("one", textFields).content,
            "image/*": { schema: z.file() },
            "application/octet-stream": { schema: z.file() },
            "application/json": { schema: jsonImageSchema },
          },
        },
        response: { 202: imageSchema },
      },
    },
    async (request, reply) => {
      return sendImage({ request, reply }, await submitBody(request, request.query));
    },
  );

  function submitBody(request: FastifyRequest, query: RawQuery): Promise<Answered<ImageRecord>> {
    if (request.isMultipart()) return submitForm(request, query);
    return isJson(request) ? submitJson(request, query) : submitRaw(request, query);
  }

  async function submitJson(request: FastifyRequest, query: RawQuery): Promise<Answered<ImageRecord>> {
    refuseQuery(query);
    const { body } = request;
    if (body === undefined || body === null) throw noFile(request);
    const { source, options } = readJsonImage(body, request.client);
    return useCases.submitSource(requestKey(request), source, options);
  }

  async function submitForm(request: FastifyRequest, query: RawQuery): Promise<Answered<ImageRecord>> {
    refuseQuery(query);
    return submitOne(request, useCases, await receiveForm(request, useCases.receive, 1));
  }

  async function submitRaw(request: FastifyRequest, query: RawQuery): Promise<Answered<ImageRecord>> {
    refuseOtherBodies(request);
    refuseLongFile(request, limits.maxFileBytes);
    const options = submitOptions(query, request.client);
    const original = await receiveRaw(request, useCases.receive, query.filename);
    try {
      return await useCases.submitImage(requestKey(request), original, options);
    } catch (error) {
      await original.discard();
      throw error;
    }
  }

  async function submitList(request: FastifyRequest): Promise<Answered<SubmittedBatch>> {
    const list = await readNewBatch(request.body, request.client);
    const key = requestKey(request);
    if ("items" in list) return useCases.submitBatch(key, list.items, list.options);
    const { answer: batch, isReplay } = await useCases.openBatch(key, list.options);
    return { answer: { batch, images: [] }, isReplay };
  }

  app.post(
    "/v1/batches",
    {
      onRequest: [refuseLongBody(limits.maxFiles * limits.maxFileBytes), admitUpload(useCases)],
      bodyLimit: maxListBytes,
      config: { failures: batchFailures },
      schema: {
        operationId: "submitBatch",
        summary: "Submit many images as a batch",
        description:
          "A bad file or address refuses none of the others: it is a failed image of the batch. As JSON, `images` is a " +
          `list of up to ${maxListItems} addresses that workers fetch, and \`open\` makes an empty batch, to which ` +
          "uploads that name its id as `batchId` are added until it is closed.\n\n" +
          'curl -F "file=@cat.jpg" -F "file=@dog.png" http://localhost:5000/v1/batches',
        tags: ["Upload"],
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: {
          content: {
            ...formBody("many", batchTextFields).content,
            "application/json": { schema: newBatchSchema },
          },
        },
        response: { 202: batchSchema },
      },
    },
    async (request, reply) => {
      if (isJson(request)) return sendBatch({ request, reply }, await submitList(request));
      requireForm(request);
      const form = await receiveForm(request, useCases.receive, limits.maxFiles);
      return sendBatch({ request, reply }, await submitAll(request, useCases, form));
    },
  );
};

function isJson({ headers }: FastifyRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

function refuseQuery(query: RawQuery): void {
  for (const name of Object.keys(query)) {
    throw refuseField("invalid_request", name, "belongs into the body when that is a form or JSON");
  }
}

/** A raw body says that it is an image, or that it is just bytes; what it is, the bytes decide. */
function refuseOtherBodies(request: FastifyRequest): void {
  const type = request.headers["content-type"] ?? "";
  if (!/^(?:image\/|application\/octet-stream\b)/i.test(type)) throw noFile(request);
}
