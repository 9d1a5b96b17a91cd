import { language } from "../words.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A length of time for people, in its largest unit: "8 sec", "2 min", "1.5 hr". */
export function formatDuration(ms: number): string {
  if (ms < second) return inUnit(Math.max(Math.round(ms), 0), "millisecond");
  if (ms < minute) return inUnit(Math.round(ms / second), "second");
  if (ms < hour) return inUnit(Math.round(ms / minute), "minute");
  return inUnit(Math.round((ms / hour) * 10) / 10, "hour");
}

function inUnit(value: number, unit: "millisecond" | "second" | "minute" | "hour"): string {
  return value.toLocaleString(language.value, { style: "unit", unit, unitDisplay: "short" });
}

/** Day and time of day, by this machine's clock and zone. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "medium" });
}

export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString(language.value, { maximumFractionDigits: digits });
}

export function formatPercent(share: number): string {
  return share.toLocaleString(language.value, { style: "percent", maximumFractionDigits: 0 });
}
