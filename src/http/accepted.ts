import type { FastifyReply, FastifyRequest } from "fastify";
import type { ImageRecord } from "../catalog/image-record.ts";
import type { Answered } from "../resize/answer-once.ts";
import type { SubmittedBatch } from "../resize/submit-once.ts";
import { batchView } from "./batch-view.ts";
import { imageView } from "./image-view.ts";

interface Door {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** A browser's form gets the page that shows it. */
  readonly toPage?: boolean;
}

/** The promise that an image will be made, or the same promise again. */
export function sendImage({ request, reply, toPage }: Door, answered: Answered<ImageRecord>): FastifyReply {
  const { answer: image } = answered;
  request.imageId = image.id;
  noteReplay(reply, answered);
  if (toPage) return reply.code(303).header("location", `/?image=${image.id}`).send();
  return reply.code(202).header("location", `/v1/images/${image.id}`).send(imageView(image));
}

/** The same for a batch. */
export function sendBatch({ reply, toPage }: Door, answered: Answered<SubmittedBatch>): FastifyReply {
  const { batch, images } = answered.answer;
  noteReplay(reply, answered);
  if (toPage) return reply.code(303).header("location", `/?batch=${batch.id}`).send();
  return reply.code(202).header("location", `/v1/batches/${batch.id}`).send(batchView(batch, images));
}

function noteReplay(reply: FastifyReply, { isReplay }: Answered<unknown>): void {
  if (isReplay) reply.header("idempotent-replay", "true");
}
