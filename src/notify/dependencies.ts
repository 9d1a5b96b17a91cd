import type { Catalog } from "../catalog/database.ts";
import type { AddressPolicy } from "../fetch/address-policy.ts";
import type { Logger } from "../logger.ts";
import type { WebhookRecorder } from "../metrics.ts";

export interface NotifyDependencies {
  readonly catalog: Pick<Catalog, "deliveries">;
  readonly logger: Logger;
  /** Which addresses may be called back. */
  readonly policy: AddressPolicy;
  /** Each signs every webhook; the first is the newest. At least one. */
  readonly secrets: readonly string[];
  readonly recorder: WebhookRecorder;
}
