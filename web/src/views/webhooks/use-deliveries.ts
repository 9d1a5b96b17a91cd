import { type Signal, useSignal } from "@preact/signals";
import { type Delivery, listDeliveries } from "../../api/deliveries.ts";
import { type Answer, useAnswer } from "../../parts/use-answer.ts";

/** Deliveries are told by no event. */
const askEveryMs = 5_000;

interface Deliveries extends Pick<Answer<readonly Delivery[]>, "value" | "trouble" | "again"> {
  readonly hasMore: Signal<boolean>;
  readonly more: () => void;
}

/** The deliveries of a status, newest first: as many pages as were asked for, looked at again while they are seen. */
export function useDeliveries(status: Delivery["status"] | undefined): Deliveries {
  const pages = useSignal(1);
  const hasMore = useSignal(false);
  const answer = useAnswer(
    async (signal) => {
      const all: Delivery[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pages.peek(); page++) {
        const { items, nextCursor } = await listDeliveries({ status, cursor }, signal);
        all.push(...items);
        hasMore.value = nextCursor !== null;
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      return all;
    },
    { everyMs: askEveryMs },
  );
  const more = () => {
    pages.value += 1;
    answer.again();
  };
  return { ...answer, hasMore, more };
}
