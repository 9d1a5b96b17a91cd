import { describe, expect, test } from "vitest";
import { planDecodes } from "./plan.ts";

const photo = { width: 4000, height: 3000, format: "jpeg" } as const;
const wide = (width: number) => ({ width, height: (width * 3) / 4 });

describe("planDecodes", () => {
  test("one variant is made from the source", () => {
    expect(planDecodes(photo, [wide(400)])).toEqual({ shared: [], direct: [0] });
  });

  test("several variants share one decode at the size of the largest, whatever their order", () => {
    const plan = planDecodes(photo, [wide(400), wide(1600), wide(160)]);
    expect(plan).toEqual({ shared: [{ size: wide(1600), variants: [1, 0, 2] }], direct: [] });
  });

  test("variants of the same size share", () => {
    expect(planDecodes(photo, [wide(800), wide(800)]).shared).toEqual([
      { size: wide(800), variants: [0, 1] },
    ]);
  });

  test("a variant only a little smaller than the shared pixels is not made from them", () => {
    const plan = planDecodes(photo, [wide(1600), wide(1400), wide(400)]);
    expect(plan).toEqual({ shared: [{ size: wide(1600), variants: [0, 2] }], direct: [1] });
  });

  test("what one decode does not serve may share a second", () => {
    const plan = planDecodes(photo, [wide(1600), wide(1400), wide(1400)]);
    expect(plan.shared).toEqual([{ size: wide(1400), variants: [1, 2] }]);
    expect(plan.direct).toEqual([0]);
  });

  test("a JPEG's variants do not share with one that is nearly as large as the original, a PNG's do", () => {
    const needs = [wide(4000), wide(1600), wide(400)];
    expect(planDecodes(photo, needs)).toEqual({
      shared: [{ size: wide(1600), variants: [1, 2] }],
      direct: [0],
    });
    expect(planDecodes({ ...photo, format: "png" }, needs)).toEqual({
      shared: [{ size: wide(4000), variants: [0, 1, 2] }],
      direct: [],
    });
  });

  test("an enlarged variant shares with nobody", () => {
    const plan = planDecodes({ width: 400, height: 300, format: "png" }, [wide(800), wide(400), wide(160)]);
    expect(plan).toEqual({ shared: [{ size: wide(400), variants: [1, 2] }], direct: [0] });
  });

  test("more than 25 megapixels are never held for sharing", () => {
    const plan = planDecodes({ width: 8000, height: 6000, format: "png" }, [wide(6000), wide(1600)]);
    expect(plan).toEqual({ shared: [], direct: [0, 1] });
  });
});
