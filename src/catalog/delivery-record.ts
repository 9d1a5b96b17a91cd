/**
 * A delivery is `pending` until a receiver acknowledges it (`delivered`) or it is given up (`failed`). A replay
 * makes it pending again.
 */
export const deliveryStatuses = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** One try to bring a delivery to its receiver. Nothing of what the receiver's answer said beyond its status is kept. */
export interface DeliveryAttempt {
  readonly at: Date;
  readonly durationMs: number;
  /** Of the answer; `null` when there was none. */
  readonly statusCode: number | null;
  /** Why it is no acknowledgement, for people; `null` when it is one. */
  readonly error: string | null;
}

/** A webhook that was or shall be sent, with the log of its attempts. */
export interface DeliveryRecord {
  /** The same in every attempt: `webhook-id`, by which receivers know what they have seen. */
  readonly id: string;
  readonly imageId: string | null;
  readonly batchId: string | null;
  /** `image.done`, `image.failed`, `image.cancelled` or `batch.done`. */
  readonly type: string;
  readonly url: string;
  /** Names the API key that the upload came with. */
  readonly client: string | null;
  /** The origin of the address. */
  readonly receiver: string;
  /** The body as it is sent: JSON. */
  readonly payload: string;
  readonly status: DeliveryStatus;
  /** Oldest first, the newest hundred. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Attempts that were begun and ended since it last became pending. */
  readonly tries: number;
  /** The fence: only who claimed it last may say what came of it. */
  readonly claim: number;
  readonly createdAt: Date;
  /** When it was made or last replayed. */
  readonly pendingSince: Date;
  /** `null` when it is not pending. */
  readonly nextAt: Date | null;
  readonly endedAt: Date | null;
}
