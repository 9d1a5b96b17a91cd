import type { Format } from "../../image/format.ts";
import { outputSize, resolveFit, type Size } from "../../image/geometry.ts";
import type { Transform } from "../../image/transform.ts";

/** How one variant is measured out. */
export interface Target {
  /** What is written. */
  readonly output: Size;
  /** How the whole picture is laid into it: cut, with bars around it, or stretched to it exactly. */
  readonly lay: "cover" | "contain" | "fill";
  /** The size of the whole picture, scaled and not yet cut, of which the output is a part. */
  readonly scaled: Size;
}

/** The sizes of a variant of an upright picture. */
export function targetOf(transform: Transform, source: Size & { readonly format: Format }): Target {
  const output = outputSize(source, transform);
  const fit = resolveFit(transform);
  // `inside` and `outside` keep the proportions: their output is the whole picture.
  if (fit !== "cover" && fit !== "contain") return { output, lay: "fill", scaled: output };
  const across = output.width / source.width;
  const down = output.height / source.height;
  const scale = fit === "cover" ? Math.max(across, down) : Math.min(across, down);
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { output, lay: fit, scaled: { width: side(source.width), height: side(source.height) } };
}
