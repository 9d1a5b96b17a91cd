import { PixmillError } from "../../errors.ts";

/** One element as far as it matters for what drawing it takes. */
export interface SvgNode {
  readonly children: number[];
  /** Ids that it draws or is painted with. */
  readonly names: string[];
  readonly isLayer: boolean;
}

interface Weight {
  /** Elements that are drawn, each as often as it is. */
  readonly drawn: number;
  /** The most layers that are held at a time. */
  readonly layers: number;
}

const maxDrawn = 200_000;
const maxLevels = 512;

/**
 * What drawing the first node takes, with every reference followed: ten elements that use each other can be drawn a
 * billion times. Rejects with `unsupported_format` where it is too much, or where an element draws itself.
 */
export function weighSvg(nodes: readonly SvgNode[], ids: ReadonlyMap<string, number>): Weight {
  const known = new Map<number, Weight>();
  const weigh = (index: number, level: number): Weight => {
    const before = known.get(index);
    if (before) return before;
    const node = nodes[index];
    if (!node || open.has(index) || level > maxLevels) throw tooMuch();
    open.add(index);
    const named = node.names.map((name) => ids.get(name)).filter((one) => one !== undefined);
    let drawn = 1;
    let layers = 0;
    for (const inner of [...node.children, ...named]) {
      const weight = weigh(inner, level + 1);
      drawn += weight.drawn;
      layers = Math.max(layers, weight.layers);
      if (drawn > maxDrawn) throw tooMuch();
    }
    open.delete(index);
    const weight = { drawn, layers: layers + (node.isLayer ? 1 : 0) };
    known.set(index, weight);
    return weight;
  };
  const open = new Set<number>();
  return weigh(0, 0);
}

function tooMuch(): PixmillError {
  return new PixmillError("unsupported_format", { detail: "The SVG repeats itself too often." });
}
