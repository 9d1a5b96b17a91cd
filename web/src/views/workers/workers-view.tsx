import "./workers.css";
import { LiveBadge } from "../../parts/live-badge.tsx";
import { words } from "../../words.ts";
import { LaneRow } from "./lane-row.tsx";
import { QueueCharts } from "./queue-charts.tsx";
import { useLanes } from "./use-lanes.ts";

/** Look, the workers take turns. */
export function WorkersView() {
  const say = words.value.workers;
  const { lanes, trouble } = useLanes();
  return (
    <>
      <div class="section-head">
        <h2>{say.title}</h2>
        <LiveBadge />
      </div>
      <QueueCharts />
      {trouble.value && (
        <div class="notice" role="alert">
          <p>{trouble.value.sentence}</p>
        </div>
      )}
      {lanes.value?.length === 0 && <p class="notice">{say.none}</p>}
      {lanes.value && (
        <ul class="lanes">
          {lanes.value.map((lane) => (
            <LaneRow key={lane.id} lane={lane} />
          ))}
        </ul>
      )}
    </>
  );
}
