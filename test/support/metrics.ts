import { spawnSync } from "node:child_process";

/** What Prometheus' own linter has against a page of metrics; empty when it is clean. */
export function promtoolComplaints(text: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${status}: ${stdout}${stderr}`;
}

/** The value of one series, written as on the page: `name{label="value"}`; `undefined` when there is none. */
export function seriesValue(text: string, series: string): number | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
