import { useEffect } from "preact/hooks";
import { getQueue } from "../../api/operations.ts";
import { formatDuration } from "../../parts/times.ts";
import { useAnswer } from "../../parts/use-answer.ts";
import { words } from "../../words.ts";
import { Chart } from "./chart.tsx";
import { keptSamples } from "./kept-samples.ts";
import { withSample } from "./samples.ts";

const askEveryMs = 2_000;

/** Whoever looks elsewhere for a moment finds the minutes before. */
const waiting = keptSamples("waiting");
const throughput = keptSamples("throughput");

/** How much waits, and how much is done a minute. */
export function QueueCharts() {
  const say = words.value.workers;
  const { value } = useAnswer(getQueue, { everyMs: askEveryMs });
  const queue = value.value;

  useEffect(() => {
    if (!queue) return;
    const at = Date.now();
    waiting.value = withSample(waiting.value, { at, value: queue.waiting + queue.delayed });
    throughput.value = withSample(throughput.value, { at, value: queue.throughputPerMinute });
  }, [queue]);

  const oldest = queue?.oldestWaitingMs;
  return (
    <div class="charts">
      <Chart
        title={say.waiting}
        samples={waiting.value}
        note={typeof oldest === "number" && oldest > 0 ? say.oldest(formatDuration(oldest)) : null}
      />
      <Chart
        title={say.throughput}
        samples={throughput.value}
        note={queue ? say.active(queue.active) : null}
      />
    </div>
  );
}
