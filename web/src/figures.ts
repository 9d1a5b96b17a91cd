import { language, words } from "./words.ts";

const sizeUnits = ["kB", "MB", "GB", "TB"] as const;

/** A file size for people: decimal units, three significant digits; whole bytes below 1 kB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  // 999.5 would be rounded to "1000": the next unit takes over there.
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(language.value, { maximumSignificantDigits: 3 })} ${sizeUnits[unit]}`;
}

/** As `formatBytes`; beside it what settings call it, `64mb`, where it is a whole number of MiB. */
export function formatLimit(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  const isWhole = Number.isInteger(mebibytes) && mebibytes > 0;
  return isWhole
    ? `${formatBytes(bytes)} (${mebibytes.toLocaleString(language.value)} MiB)`
    : formatBytes(bytes);
}

/** Pixels. */
export function formatSides(sides: { width: number; height: number }): string {
  return `${sides.width}×${sides.height}`;
}

/** How the result's size compares with the original's: "99.5 % smaller", "12 % larger", "the same size". */
export function formatSaving(before: number, after: number): string | null {
  if (before <= 0) return null;
  const { sameSize, smaller, larger } = words.value.image;
  const change = ((after - before) / before) * 100;
  // Rounding must not claim that a file vanished.
  const percent = Math.abs(change) > 99 && change < 0 ? Math.min(-change, 99.9) : Math.abs(change);
  const digits = percent < 10 || percent > 99 ? 1 : 0;
  const shown = percent.toLocaleString(language.value, { maximumFractionDigits: digits });
  if (shown === "0") return sameSize;
  return change < 0 ? smaller(shown) : larger(shown);
}
