import { visible } from "../output.ts";
import type { LoadTestResult, PhotoOutcome } from "./run-load-test.ts";
import { shareLines, type WorkerShare, workerShares } from "./worker-shares.ts";

/** Milliseconds; `null` when there was nothing to measure. */
interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface LoadTestReport {
  readonly url: string;
  readonly count: number;
  readonly concurrency: number;
  readonly accepted: number;
  readonly done: number;
  readonly failed: number;
  /** Begun, and neither done nor failed when the test was stopped. */
  readonly notEnded: number;
  readonly notStarted: number;
  readonly seconds: number;
  /** Done images. */
  readonly imagesPerSecond: number;
  readonly latencyMs: { readonly accepted: Percentiles; readonly done: Percentiles };
  readonly retries: Readonly<Record<string, number>>;
  readonly failuresByCode: Readonly<Record<string, number>>;
  readonly failures: readonly { name: string; id: string | null; code: string; message: string }[];
  readonly workers: readonly WorkerShare[];
}

export function reportOf(
  { outcomes, retries, seconds }: LoadTestResult,
  asked: { readonly url: string; readonly count: number; readonly concurrency: number },
  livingWorkers: readonly string[],
): LoadTestReport {
  const done = outcomes.filter(({ doneMs }) => doneMs !== undefined);
  const failures = outcomes.flatMap(({ name, id = null, failure }) =>
    failure ? [{ name, id, ...failure }] : [],
  );
  const failuresByCode: Record<string, number> = {};
  for (const { code } of failures) failuresByCode[code] = (failuresByCode[code] ?? 0) + 1;
  return {
    ...asked,
    accepted: outcomes.filter(({ id }) => id !== undefined).length,
    done: done.length,
    failed: failures.length,
    notEnded: outcomes.length - done.length - failures.length,
    notStarted: asked.count - outcomes.length,
    seconds: rounded(seconds, 3),
    imagesPerSecond: seconds > 0 ? rounded(done.length / seconds, 2) : 0,
    latencyMs: {
      accepted: percentiles(outcomes, ({ acceptedMs }) => acceptedMs),
      done: percentiles(outcomes, ({ doneMs }) => doneMs),
    },
    retries: Object.fromEntries(retries),
    failuresByCode,
    failures,
    workers: workerShares(
      done.map(({ worker }) => worker ?? "(not named)"),
      livingWorkers,
    ),
  };
}

/** By nearest rank: each is a time that was measured. */
function percentiles(
  outcomes: readonly PhotoOutcome[],
  timeOf: (outcome: PhotoOutcome) => number | undefined,
): Percentiles {
  const times = outcomes.flatMap((outcome) => timeOf(outcome) ?? []).toSorted((a, b) => a - b);
  const at = (percent: number) => {
    const time = times[Math.ceil((percent / 100) * times.length) - 1];
    return time === undefined ? null : rounded(time, 1);
  };
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** What a person reads after a run. */
export function reportText(report: LoadTestReport): string {
  const { done, failed, notEnded, notStarted, count, url, concurrency, seconds, latencyMs } = report;
  const ends = [`${done} done`, `${failed} failed`];
  if (notEnded > 0) ends.push(`${notEnded} not ended`);
  if (notStarted > 0) ends.push(`${notStarted} not started`);
  const lines = [
    `${count} photos to ${url}, ${concurrency} at a time`,
    `${ends.join(", ")} in ${seconds.toFixed(1)} s: ${report.imagesPerSecond.toFixed(1)} images/s`,
    "",
    `${" ".repeat(10)}${["p50", "p95", "p99"].map((name) => name.padStart(10)).join("")}`,
    latencyLine("accepted", latencyMs.accepted),
    latencyLine("done", latencyMs.done),
  ];
  const tried = countsOf(report.retries);
  const broken = countsOf(report.failuresByCode);
  if (tried || broken) lines.push("");
  if (broken) lines.push(`failed: ${broken}`);
  if (tried) lines.push(`tried again: ${tried}`);
  if (report.workers.length > 0) lines.push("", ...shareLines(report.workers));
  return lines.join("\n");
}

/** A line for each photo that failed, and why. */
export function failureLines({ failures }: LoadTestReport): string[] {
  return failures.map(({ name, id, code, message }) => {
    const image = id === null ? "" : ` (image ${id})`;
    return visible(`${name}${image}: ${message} (${code})`);
  });
}

function latencyLine(name: string, { p50, p95, p99 }: Percentiles): string {
  return `${name.padEnd(10)}${[p50, p95, p99].map((ms) => timeText(ms).padStart(10)).join("")}`;
}

function timeText(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
