import "./failures.css";
import { address, hrefOf } from "../../address.ts";
import { LiveBadge } from "../../parts/live-badge.tsx";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useImagePages } from "../../parts/use-image-pages.ts";
import { useLastList } from "../../parts/use-last-list.ts";
import { words } from "../../words.ts";
import { FailureGroupCard } from "./failure-group.tsx";
import { groupFailures } from "./group-failures.ts";

/** The most that the service lists at once. */
const pageSize = 200;

/** What failed, by reason, with what can be done about it: everywhere, or in the batch that the address names. */
export function FailuresView() {
  const say = words.value.failures;
  const batchId = address.value.parameters.get("batch");
  const pages = useImagePages({ status: "failed", batchId }, pageSize);
  const groups = groupFailures(pages.images.value);
  useLastList(() => groupFailures(pages.images.peek()).flatMap(({ images }) => images.map(({ id }) => id)));
  const isFirst = pages.loading.value && groups.length === 0;
  return (
    <section aria-labelledby="failures-title" aria-busy={pages.loading.value}>
      <div class="section-head">
        <h2 id="failures-title" tabIndex={-1}>
          {say.title}
        </h2>
        <LiveBadge />
        {batchId && <a href={hrefOf("failures")}>{say.everywhere}</a>}
      </div>
      <TroubleNotice trouble={pages.trouble.value} onAgain={() => void pages.refresh()} />
      {groups.length === 0 && !isFirst && !pages.trouble.value && <p class="hint">{say.none}</p>}
      <div class="failures">
        {groups.map((group) => (
          <FailureGroupCard key={group.code} group={group} pages={pages} />
        ))}
      </div>
      {pages.hasMore.value && (
        <div class="notice">
          <p>{say.more}</p>
          <button type="button" aria-disabled={pages.loading.value} onClick={() => void pages.more()}>
            {words.value.imageList.more}
          </button>
        </div>
      )}
    </section>
  );
}
