import { labOf } from "../support/lab.ts";
import type { Fingerprint } from "./fingerprint.ts";

/**
 * How far a result may lie from its reference. CIE76 in Lab: 1 is what a practised eye just sees side by side, and
 * another version of an encoder moves a cell by less. A step left out moves cells by 4 and more, or the detail.
 */
const allowed = { mean: 0.8, worst: 3, detail: 0.06 } as const;

/** What is wrong with a result, in words; empty: it is as it was. */
export async function differences(
  is: Fingerprint | undefined,
  was: Fingerprint | undefined,
): Promise<string[]> {
  if (!is || !was) return [is ? "there is no reference of it" : "it was not made"];
  if (is.shape !== was.shape) return [`${is.shape}, and was ${was.shape}`];
  const found: string[] = [];
  const [labIs, labWas] = await Promise.all([labOf(cellsOf(is)), labOf(cellsOf(was))]);
  const distances = Array.from({ length: labIs.length / 3 }, (_, cell) =>
    Math.hypot(...[0, 1, 2].map((part) => (labIs[cell * 3 + part] ?? 0) - (labWas[cell * 3 + part] ?? 0))),
  );
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const worst = Math.max(...distances);
  if (mean > allowed.mean) found.push(`the colours are off by ${mean.toFixed(1)} on average`);
  if (worst > allowed.worst) found.push(`a part of it is off by ${worst.toFixed(1)}`);
  // Half a step is what rounding does to a picture that has hardly any.
  if (Math.abs(is.detail - was.detail) > Math.max(0.15, was.detail * allowed.detail)) {
    found.push(`its detail is ${is.detail}, and was ${was.detail}`);
  }
  return found;
}

function cellsOf({ cells }: Fingerprint): Buffer {
  return Buffer.from(cells, "base64");
}
