/** A figure as it was at a moment, in milliseconds of the machine's clock, which goes on when the page is loaded anew. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** How far back a chart reaches: as far as was looked, within these. */
export const longestMs = 5 * 60 * 1000;
const shortestMs = 60 * 1000;
/** Between samples that are further apart nobody looked: the line has a gap there. */
const gapMs = 15_000;

/** The samples with one more, without those that are too old to be drawn. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter(({ at }) => sample.at - at <= longestMs), sample];
}

export interface ChartPaths {
  readonly line: string;
  readonly area: string;
  /** The value at the upper edge. */
  readonly top: number;
  /** From the left edge to the right one. */
  readonly spanMs: number;
}

/** The samples as SVG paths in a box whose right edge is `now`. */
export function chartPaths(
  samples: readonly Sample[],
  box: { readonly width: number; readonly height: number; readonly now: number },
): ChartPaths {
  const spanMs = Math.min(Math.max(box.now - (samples[0]?.at ?? box.now), shortestMs), longestMs);
  const top = niceCeiling(Math.max(0, ...samples.map(({ value }) => value)));
  const x = ({ at }: Sample) => round(box.width * (1 - (box.now - at) / spanMs));
  const y = ({ value }: Sample) => round(box.height * (1 - value / top));
  const lines = stretches(samples).map((stretch) => stretch.map((sample) => `${x(sample)} ${y(sample)}`));
  return {
    top,
    spanMs,
    line: lines.map((points) => `M${points.join("L")}`).join(""),
    area: stretches(samples)
      .map((stretch, index) => {
        const [first] = stretch;
        const last = stretch.at(-1);
        if (!first || !last) return "";
        return `M${x(first)} ${box.height}L${lines[index]?.join("L")}L${x(last)} ${box.height}Z`;
      })
      .join(""),
  };
}

/** The samples in pieces without a gap. */
function stretches(samples: readonly Sample[]): Sample[][] {
  const pieces: Sample[][] = [];
  let before: Sample | undefined;
  for (const sample of samples) {
    const piece = pieces.at(-1);
    if (piece && before && sample.at - before.at <= gapMs) piece.push(sample);
    else pieces.push([sample]);
    before = sample;
  }
  return pieces;
}

/** The next of 1, 2, 5, 10, 20, 50 …, so that the scale does not move with each sample. */
function niceCeiling(value: number): number {
  if (value <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
