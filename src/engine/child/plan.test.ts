import { describe, expect, test } from "vitest";
import { type Need, planDecodes } from "./plan.ts";

const photo = { width: 4000, height: 3000, format: "jpeg" } as const;
const wide = (width: number) => ({ width, height: (width * 3) / 4 });
const still = { frames: 1, alone: false };

/** The plan for still pictures that need nothing but pixels, without saying so of each. */
function planStills(
  source: Parameters<typeof planDecodes>[0],
  sizes: readonly Pick<Need, "width" | "height">[],
) {
  const plan = planDecodes(
    source,
    sizes.map((size) => ({ ...size, ...still })),
  );
  return { ...plan, shared: plan.shared.map(({ size, variants }) => ({ size, variants })) };
}

describe("planDecodes", () => {
  test("one variant is made from the source", () => {
    expect(planStills(photo, [wide(400)])).toEqual({ shared: [], direct: [0] });
  });

  test("several variants share one decode at the size of the largest, whatever their order", () => {
    const plan = planStills(photo, [wide(400), wide(1600), wide(160)]);
    expect(plan).toEqual({ shared: [{ size: wide(1600), variants: [1, 0, 2] }], direct: [] });
  });

  test("variants of the same size share", () => {
    expect(planStills(photo, [wide(800), wide(800)]).shared).toEqual([{ size: wide(800), variants: [0, 1] }]);
  });

  test("a variant only a little smaller than the shared pixels is not made from them", () => {
    const plan = planStills(photo, [wide(1600), wide(1400), wide(400)]);
    expect(plan).toEqual({ shared: [{ size: wide(1600), variants: [0, 2] }], direct: [1] });
  });

  test("what one decode does not serve may share a second", () => {
    const plan = planStills(photo, [wide(1600), wide(1400), wide(1400)]);
    expect(plan.shared).toEqual([{ size: wide(1400), variants: [1, 2] }]);
    expect(plan.direct).toEqual([0]);
  });

  test("a JPEG's variants do not share with one that is nearly as large as the original, a PNG's do", () => {
    const needs = [wide(4000), wide(1600), wide(400)];
    expect(planStills(photo, needs)).toEqual({
      shared: [{ size: wide(1600), variants: [1, 2] }],
      direct: [0],
    });
    expect(planStills({ ...photo, format: "png" }, needs)).toEqual({
      shared: [{ size: wide(4000), variants: [0, 1, 2] }],
      direct: [],
    });
  });

  test("an enlarged variant shares with nobody", () => {
    const plan = planStills({ width: 400, height: 300, format: "png" }, [wide(800), wide(400), wide(160)]);
    expect(plan).toEqual({ shared: [{ size: wide(400), variants: [1, 2] }], direct: [0] });
  });

  test("more than 25 megapixels are never held for sharing", () => {
    const plan = planStills({ width: 8000, height: 6000, format: "png" }, [wide(6000), wide(1600)]);
    expect(plan).toEqual({ shared: [], direct: [0, 1] });
  });

  test("a stretched variant shares with its own size, and never serves what is cut from the picture as it is", () => {
    const png = { width: 400, height: 300, format: "png" } as const;
    const square = { width: 300, height: 300 };
    expect(planStills(png, [square, { width: 80, height: 60 }])).toEqual({ shared: [], direct: [0, 1] });
    expect(planStills(png, [square, wide(120), square, wide(60)])).toEqual({
      shared: [
        { size: square, variants: [0, 2] },
        { size: wide(120), variants: [1, 3] },
      ],
      direct: [],
    });
    // It may be made from the picture as it is.
    expect(planStills(png, [wide(300), { width: 100, height: 100 }]).direct).toEqual([]);
  });

  test("rounding to whole pixels stretches nothing", () => {
    const odd = { width: 333, height: 200, format: "png" } as const;
    const plan = planStills(odd, [
      { width: 100, height: 60 },
      { width: 50, height: 30 },
    ]);
    expect(plan.direct).toEqual([]);
  });

  test("what needs more than pixels is made from the source, and its neighbours share without it", () => {
    const needs = [wide(1600), wide(800), wide(400)].map((size, index) => ({
      ...size,
      frames: 1,
      alone: index === 0,
    }));
    const plan = planDecodes(photo, needs);
    expect(plan).toEqual({ shared: [{ size: wide(800), frames: 1, variants: [1, 2] }], direct: [0] });
  });

  test("animations share with animations, stills with stills", () => {
    const needs = [1, 12, 12, 1].map((frames, index) => ({
      ...wide(800 - 400 * (index % 2)),
      frames,
      alone: false,
    }));
    const plan = planDecodes({ ...photo, format: "gif" }, needs);
    expect(plan.shared).toEqual([
      { size: wide(800), frames: 12, variants: [2, 1] },
      { size: wide(800), frames: 1, variants: [0, 3] },
    ]);
  });

  test("an animation is decoded whole, and made frame by frame, be it for one variant or one that is enlarged", () => {
    const source = { width: 400, height: 300, format: "gif" } as const;
    const needs = [wide(800), wide(80)].map((size) => ({ ...size, frames: 12, alone: false }));
    const whole = { size: wide(400), frames: 12 };
    expect(planDecodes(source, needs)).toEqual({ shared: [{ ...whole, variants: [0, 1] }], direct: [] });
    expect(planDecodes(source, needs.slice(1)).shared).toEqual([{ ...whole, variants: [0] }]);
  });

  test("what is too large in all its frames, or keeps its metadata, is made of them as one picture", () => {
    const source = { width: 400, height: 300, format: "gif" } as const;
    const huge = { ...wide(2000), frames: 12, alone: false };
    const kept = { ...wide(80), frames: 12, alone: true };
    expect(planDecodes(source, [huge, kept])).toEqual({ shared: [], direct: [0, 1] });
  });

  test("the frames of an animation count for what is held", () => {
    const needs = [wide(800), wide(400)].map((size) => ({ ...size, frames: 100, alone: false }));
    expect(planDecodes({ ...photo, format: "gif" }, needs)).toEqual({ shared: [], direct: [0, 1] });
  });
});
