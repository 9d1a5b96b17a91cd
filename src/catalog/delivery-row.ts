import type { Selectable } from "kysely";
import type { DeliveryAttempt, DeliveryRecord } from "./delivery-record.ts";
import { toDate, toDateOrNull } from "./image-row.ts";
import type { DeliveriesTable } from "./tables.ts";

export type DeliveryRow = Selectable<DeliveriesTable>;

/** A delivery that is replayed for ever must not grow for ever. */
const keptAttempts = 100;

interface StoredAttempt extends Omit<DeliveryAttempt, "at"> {
  readonly at: number;
}

export function toDelivery(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    imageId: row.image_id,
    batchId: row.batch_id,
    type: row.type,
    url: row.url,
    client: row.client,
    receiver: row.receiver,
    payload: row.payload,
    status: row.status,
    attempts: parseAttempts(row.attempts).map(({ at, ...attempt }) => ({ at: toDate(at), ...attempt })),
    tries: row.tries,
    claim: row.claims,
    createdAt: toDate(row.created_at),
    pendingSince: toDate(row.pending_since),
    nextAt: toDateOrNull(row.next_at),
    endedAt: toDateOrNull(row.ended_at),
  };
}

/** The log with one more line, as it is stored. */
export function withAttempt(attempts: readonly DeliveryAttempt[], attempt: DeliveryAttempt): string {
  const all = [...attempts, attempt].map(({ at, ...rest }): StoredAttempt => ({ at: at.getTime(), ...rest }));
  return JSON.stringify(all.slice(-keptAttempts));
}

function parseAttempts(json: string): readonly StoredAttempt[] {
  return JSON.parse(json);
}
