import "./chart.css";
import { formatNumber } from "../../parts/times.ts";
import { words } from "../../words.ts";
import { chartPaths, type Sample } from "./samples.ts";

const box = { width: 300, height: 60 };

interface ChartProps {
  readonly title: string;
  readonly samples: readonly Sample[];
  /** What stands beside the figure. */
  readonly note?: string | null;
}

/** A figure with its course over the last minutes. */
export function Chart({ title, samples, note }: ChartProps) {
  const last = samples.at(-1);
  const most = Math.max(0, ...samples.map(({ value }) => value));
  const { line, area, top, spanMs } = chartPaths(samples, { ...box, now: last?.at ?? 0 });
  const say = words.value.workers;
  const now = last ? formatNumber(last.value) : "–";
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <strong class="chart-now">{now}</strong>
        {note && <span class="hint">{note}</span>}
      </figcaption>
      <div class="chart-plot">
        <svg
          viewBox={`0 0 ${box.width} ${box.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={say.chart(title, now, formatNumber(most))}
        >
          <path class="chart-area" d={area} />
          <path class="chart-line" d={line} vector-effect="non-scaling-stroke" />
        </svg>
        <span class="chart-top" aria-hidden="true">
          {formatNumber(top)}
        </span>
      </div>
      <span class="chart-span" aria-hidden="true">
        {say.lastMinutes(Math.ceil(spanMs / 60_000))}
      </span>
    </figure>
  );
}
