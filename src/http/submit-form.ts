import type { FastifyRequest } from "fastify";
import type { ImageRecord } from "../catalog/image-record.ts";
import type { Answered } from "../resize/answer-once.ts";
import type { SubmittedBatch } from "../resize/submit-once.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { requestKey } from "./idempotency.ts";
import { discardFiles, type FormFile, type ReceivedForm, toBatchItem } from "./multipart.ts";
import { submitOptions } from "./upload-fields.ts";

/** The one file of a form becomes an image; its own fault is the request's. */
export async function submitOne(
  request: FastifyRequest,
  useCases: UseCases,
  form: ReceivedForm,
): Promise<Answered<ImageRecord>> {
  return orDiscard(form.files, async () => {
    const options = submitOptions(Object.fromEntries(form.fields), request.client);
    const [file] = form.files;
    if (!file) throw new Error("A received form has at least one file.");
    if ("refusal" in file) throw file.refusal.error;
    return useCases.submitImage(requestKey(request), file.original, options);
  });
}

/** The files of a form become a batch, the refused ones among them as failed images. */
export async function submitAll(
  request: FastifyRequest,
  useCases: UseCases,
  form: ReceivedForm,
): Promise<Answered<SubmittedBatch>> {
  return orDiscard(form.files, async () => {
    const options = submitOptions(Object.fromEntries(form.fields), request.client);
    return useCases.submitBatch(requestKey(request), form.files.map(toBatchItem), options);
  });
}

/** What was staged and then refused is removed before the answer. */
async function orDiscard<T>(files: readonly FormFile[], submit: () => Promise<T>): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    await discardFiles(files);
    throw error;
  }
}
