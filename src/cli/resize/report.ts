import { megabytes, visible } from "../output.ts";
import type { PictureOutcome } from "./resize-picture.ts";

export interface ResizeReport {
  readonly outcomes: readonly PictureOutcome[];
  /** Pictures that a stop left undone. */
  readonly notStarted: number;
  readonly out: string;
  readonly seconds: number;
}

function totals({ outcomes }: ResizeReport) {
  const failed = outcomes.filter(({ failures }) => failures.length > 0);
  const done = outcomes.filter(({ failures }) => failures.length === 0);
  const made = outcomes.flatMap((outcome) => outcome.made);
  const sum = (sizes: readonly { readonly bytes: number }[]) =>
    sizes.reduce((all, { bytes }) => all + bytes, 0);
  return { done, failed, bytesBefore: sum(done), bytesAfter: sum(made) };
}

/** The last line of a run: what was done, and what it saved. */
export function summaryLine(report: ResizeReport): string {
  const { done, failed, bytesBefore, bytesAfter } = totals(report);
  const counts = [`${done.length} done`, `${failed.length} failed`];
  if (report.notStarted > 0) counts.push(`${report.notStarted} not started`);
  return `${counts.join(", ")}: ${megabytes(bytesBefore)} → ${megabytes(bytesAfter)} in ${report.seconds.toFixed(1)} s`;
}

/** A line for each picture that failed, and why. */
export function failureLines(report: ResizeReport): string[] {
  return totals(report).failed.flatMap(({ source, failures }) =>
    failures.map(({ code, message }) => `${visible(source)}: ${message} (${code})`),
  );
}

export function reportAsJson(report: ResizeReport): string {
  const { done, failed, bytesBefore, bytesAfter } = totals(report);
  const summary = {
    done: done.length,
    failed: failed.length,
    notStarted: report.notStarted,
    bytesBefore,
    bytesAfter,
    seconds: Math.round(report.seconds * 1000) / 1000,
    images: report.outcomes,
  };
  return JSON.stringify(summary, null, 2);
}
