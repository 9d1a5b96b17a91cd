import type { DeliveryFilter } from "../catalog/deliveries.ts";
import type { DeliveryRecord } from "../catalog/delivery-record.ts";
import { PixmillError } from "../errors.ts";
import type { NotifyDependencies } from "./dependencies.ts";

type Needs = Pick<NotifyDependencies, "catalog" | "logger">;

/** What people can ask about webhooks. Whatever has to be sent, workers send. */
export function createWebhookUseCases({ catalog, logger }: Needs) {
  return {
    list: (filter: DeliveryFilter) => catalog.deliveries.list(filter),

    /** Rejects with `not_found`. */
    async find(id: string): Promise<DeliveryRecord> {
      return (await catalog.deliveries.find(id)) ?? unknown();
    },

    /** Sends it once more, whatever became of it before, under its old id. Rejects with `not_found`. */
    async replay(id: string): Promise<DeliveryRecord> {
      const delivery = (await catalog.deliveries.replay(id)) ?? unknown();
      logger.info({ deliveryId: id, receiver: delivery.receiver }, "webhook is sent again on request");
      return delivery;
    },
  };
}

export type WebhookUseCases = ReturnType<typeof createWebhookUseCases>;

function unknown(): never {
  throw new PixmillError("not_found", { detail: "There is no delivery with that id." });
}
