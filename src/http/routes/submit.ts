import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ImageRecord } from "../../catalog/image-record.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { batchSchema, batchView } from "../batch-view.ts";
import { imageSchema } from "../image-schema.ts";
import { imageView } from "../image-view.ts";
import { receiveForm } from "../multipart.ts";
import { refuseField } from "../problem.ts";
import { problemResponse } from "../problem-schema.ts";
import { noQuery } from "../query.ts";
import { receiveRaw } from "../raw-upload.ts";
import { submitAll, submitOne } from "../submit-form.ts";
import { formBody, noFile, refuseLongBody, refuseLongFile } from "../upload-body.ts";
import { refuseCallback, submitOptions } from "../upload-fields.ts";
import type { UploadLimits } from "../upload-limits.ts";

interface Options {
  readonly useCases: UseCases;
  readonly limits: UploadLimits;
}

const rawQuery = z.strictObject({
  filename: z.string().optional(),
  preset: z.string().optional(),
  variants: z.string().optional().describe("A JSON list of Transform"),
  callbackUrl: z.string().optional().describe("Refused: webhooks are not in this version"),
});

type RawQuery = z.output<typeof rawQuery>;

/** The doors for programs: exactly one image, or many at once. */
export const submitRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, limits }) => {
  app.post(
    "/v1/images",
    {
      onRequest: refuseLongBody(limits.maxFileBytes),
      schema: {
        summary: "Submit one image",
        description: "As a form, or as a body that is the file itself, described by the query.",
        tags: ["Upload"],
        querystring: rawQuery,
        body: {
          content: {
            ...formBody("one").content,
            "image/*": { schema: z.file() },
            "application/octet-stream": { schema: z.file() },
          },
        },
        response: { 202: imageSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      const image = request.isMultipart()
        ? await submitForm(request, request.query)
        : await submitRaw(request, request.query);
      return reply.code(202).header("location", `/v1/images/${image.id}`).send(imageView(image));
    },
  );

  async function submitForm(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    refuseCallback(query);
    for (const name of Object.keys(query)) {
      throw refuseField("invalid_request", name, "belongs into the form when the body is one");
    }
    return submitOne(request, useCases, await receiveForm(request, useCases.receive, 1));
  }

  async function submitRaw(request: FastifyRequest, query: RawQuery): Promise<ImageRecord> {
    refuseOtherBodies(request);
    refuseLongFile(request, limits.maxFileBytes);
    const options = submitOptions(query);
    const original = await receiveRaw(request, useCases.receive, query.filename);
    try {
      const image = await useCases.submitImage(original, options);
      request.imageId = image.id;
      return image;
    } catch (error) {
      await original.discard();
      throw error;
    }
  }

  app.post(
    "/v1/batches",
    {
      onRequest: refuseLongBody(limits.maxFiles * limits.maxFileBytes),
      schema: {
        summary: "Submit many images as a batch",
        description: "A bad file refuses none of the others: it is a failed image of the batch.",
        tags: ["Upload"],
        querystring: noQuery,
        body: formBody("many"),
        response: { 202: batchSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) {
        refuseSources(request);
        throw noFile(request);
      }
      const form = await receiveForm(request, useCases.receive, limits.maxFiles);
      const { batch, images } = await submitAll(useCases, form);
      return reply.code(202).header("location", `/v1/batches/${batch.id}`).send(batchView(batch, images));
    },
  );
};

/** A raw body says that it is an image, or that it is just bytes; what it is, the bytes decide. */
function refuseOtherBodies(request: FastifyRequest): void {
  refuseSources(request);
  const type = request.headers["content-type"] ?? "";
  if (!/^(?:image\/|application\/octet-stream\b)/i.test(type)) throw noFile(request);
}

function refuseSources({ headers, body }: FastifyRequest): void {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) return;
  if (typeof body === "object" && body !== null && "callbackUrl" in body) refuseCallback(body);
  throw refuseField(
    "invalid_request",
    "source",
    "addresses as sources are not in this version; send the file",
  );
}
