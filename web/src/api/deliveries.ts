import type { Delivery } from "../../../src/client/schema.ts";
import { act, read } from "./call.ts";
import { type Page, withQuery } from "./page.ts";

export type { Delivery };

const listed = 50;

interface DeliveryFilter {
  readonly status?: Delivery["status"] | undefined;
  readonly cursor?: string | undefined;
}

/** Throws `RequestFailure`, as every call here. */
export function listDeliveries(filter: DeliveryFilter, signal?: AbortSignal): Promise<Page<Delivery>> {
  return read(withQuery("/v1/webhooks/deliveries", { ...filter, limit: listed }), signal);
}

/** The same body once more, at once. */
export function replayDelivery(id: string): Promise<void> {
  return act("POST", `/v1/webhooks/deliveries/${encodeURIComponent(id)}/replay`);
}
