import { z } from "zod";
import { type DeliveryRecord, deliveryStatuses } from "../catalog/delivery-record.ts";
import { time } from "./image-schema.ts";

const attemptSchema = z
  .object({
    at: time,
    durationMs: z.int(),
    statusCode: z.int().nullable().describe("Of the answer; null when there was none"),
    error: z.string().nullable().describe("Why it is no acknowledgement; null when it is one"),
  })
  .meta({ id: "DeliveryAttempt" });

export const deliverySchema = z
  .object({
    id: z.string().describe("The `webhook-id` of every attempt"),
    type: z.string(),
    imageId: z.string().nullable(),
    batchId: z.string().nullable(),
    url: z.string(),
    status: z
      .enum(deliveryStatuses)
      .describe("`pending` until a 2xx (`delivered`) or until it is given up (`failed`)"),
    attempts: z.array(attemptSchema).describe("Oldest first"),
    nextAttemptAt: time.nullable().describe("null when it is not pending"),
    createdAt: time,
    endedAt: time.nullable(),
    payload: z
      .object({ type: z.string(), timestamp: time, data: z.unknown() })
      .describe("The body, as it was when the image or the batch ended"),
  })
  .meta({ id: "Delivery" });

type DeliveryView = z.output<typeof deliverySchema>;

/** A delivery as clients see it. */
export function deliveryView(record: DeliveryRecord): DeliveryView {
  return {
    id: record.id,
    type: record.type,
    imageId: record.imageId,
    batchId: record.batchId,
    url: record.url,
    status: record.status,
    attempts: record.attempts.map(({ at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
    nextAttemptAt: record.nextAt?.toISOString() ?? null,
    createdAt: record.createdAt.toISOString(),
    endedAt: record.endedAt?.toISOString() ?? null,
    payload: JSON.parse(record.payload),
  };
}
