import "./webhooks.css";
import { address } from "../../address.ts";
import type { Delivery } from "../../api/deliveries.ts";
import { Filters, statusAmong } from "../../parts/filters.tsx";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { words } from "../../words.ts";
import { DeliveryCard } from "./delivery-card.tsx";
import { useDeliveries } from "./use-deliveries.ts";

/** What was told to other services, and what they answered. */
export function WebhooksView() {
  const say = words.value.webhooks;
  const status = statusAmong(say.statuses, address.value.parameters.get("status"));
  return (
    <section aria-labelledby="webhooks-title">
      <div class="section-head">
        <h2 id="webhooks-title">{say.title}</h2>
      </div>
      <Filters view="webhooks" label={say.filter} all={say.all} statuses={say.statuses} current={status} />
      <Deliveries key={status} status={status} />
    </section>
  );
}

function Deliveries({ status }: { status: Delivery["status"] | undefined }) {
  const say = words.value.webhooks;
  const { value, trouble, again, hasMore, more } = useDeliveries(status);
  return (
    <>
      <TroubleNotice trouble={trouble.value} onAgain={again} />
      {value.value?.length === 0 && <p class="hint">{say.none}</p>}
      <ul class="rows">
        {value.value?.map((delivery) => (
          <DeliveryCard key={delivery.id} delivery={delivery} again={again} />
        ))}
      </ul>
      {hasMore.value && (
        <button type="button" class="wide" onClick={more}>
          {words.value.imageList.more}
        </button>
      )}
    </>
  );
}
