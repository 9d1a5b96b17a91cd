import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ImageRecord } from "../../catalog/image-record.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { batchSchema, batchView } from "../batch-view.ts";
import { idempotencyHeaders, noteReplay, requestKey } from "../idempotency.ts";
import { imageSchema } from "../image-schema.ts";
import { imageView } from "../image-view.ts";
import { jsonImageSchema, readJsonImage } from "../json-source.ts";
import { receiveForm } from "../multipart.ts";
import { newBatchSchema, readNewBatch } from "../new-batch.ts";
import { refuseField } from "../problem.ts";
import { problemResponse } from "../problem-schema.ts";
import { noQuery } from "../query.ts";
import { receiveRaw } from "../raw-upload.ts";
import { submitAll, submitOne } from "../submit-form.ts";
import {
  callbackHelp,
  dedupeHelp,
  formBody,
  noFile,
  refuseLongBody,
  refuseLongFile,
  requireForm,
  uploadFailures,
} from "../upload-body.ts";
import { submitOptions } from "../upload-fields.ts";
import { maxListBytes, maxListItems, type UploadLimits } from "../upload-limits.ts";

interface Options {
  readonly useCases: UseCases;
  readonly limits: UploadLimits;
}

const rawQuery = z.strictObject({
  filename: z.string().optional(),
  preset: z.string().optional(),
  variants: z.string().optional().describe("A JSON list of Transform"),
  callbackUrl: z.string().optional().describe(callbackHelp),
  dedupe: z.string().optional().describe(dedupeHelp),
  batchId: z.string().optional().describe("Of an open batch that the image is added to"),
});

type RawQuery = z.output<typeof rawQuery>;

/** The doors for programs: exactly one image, or many at once. */
export const submitRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, limits }) => {
  app.post(
    "/v1/images",
    {
      onRequest: refuseLongBody(limits.maxFileBytes),
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
            ...formBody("one").content,
            "image/*": { schema: z.file() },
            "application/octet-stream": { schema: z.file() },
            "application/json": { schema: jsonImageSchema },
          },
        },
        response: { 202: imageSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      const image = await submitBody(request, request.query);
      return reply.code(202).header("location", `/v1/images/${image.id}`).send(imageView(image));
    },
  );

  function submitBody(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    if (request.isMultipart()) return submitForm(request, query);
    return isJson(request) ? submitJson(request, query) : submitRaw(request, query);
  }

  async function submitJson(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    refuseQuery(query);
    const { body } = request;
    if (body === undefined || body === null) throw noFile(request);
    const { source, options } = readJsonImage(body);
    const submitted = await useCases.submitSource(requestKey(request), source, options);
    const image = noteReplay(request, submitted);
    request.imageId = image.id;
    return image;
  }

  async function submitForm(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    refuseQuery(query);
    return submitOne(request, useCases, await receiveForm(request, useCases.receive, 1));
  }

  async function submitRaw(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    refuseOtherBodies(request);
    refuseLongFile(request, limits.maxFileBytes);
    const options = submitOptions(query);
    const original = await receiveRaw(request, useCases.receive, query.filename);
    try {
      const submitted = await useCases.submitImage(requestKey(request), original, options);
      const image = noteReplay(request, submitted);
      request.imageId = image.id;
      return image;
    } catch (error) {
      await original.discard();
      throw error;
    }
  }

  async function submitList(request: FastifyRequest) {
    const list = readNewBatch(request.body);
    const key = requestKey(request);
    if ("items" in list)
      return noteReplay(request, await useCases.submitBatch(key, list.items, list.options));
    return { batch: noteReplay(request, await useCases.openBatch(key, list.options)), images: [] };
  }

  app.post(
    "/v1/batches",
    {
      onRequest: refuseLongBody(limits.maxFiles * limits.maxFileBytes),
      bodyLimit: maxListBytes,
      config: { failures: uploadFailures },
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
          content: { ...formBody("many").content, "application/json": { schema: newBatchSchema } },
        },
        response: { 202: batchSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      if (isJson(request)) {
        const { batch, images } = await submitList(request);
        return reply.code(202).header("location", `/v1/batches/${batch.id}`).send(batchView(batch, images));
      }
      requireForm(request);
      const form = await receiveForm(request, useCases.receive, limits.maxFiles);
      const { batch, images } = await submitAll(request, useCases, form);
      return reply.code(202).header("location", `/v1/batches/${batch.id}`).send(batchView(batch, images));
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
