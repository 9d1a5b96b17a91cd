import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { flat } from "../../test/pictures/index.ts";
import { checkOutputSize, type Fit, outputSize, resolveFit } from "./geometry.ts";

const sources = [
  [400, 300],
  [200, 100],
  [100, 200],
  [333, 77],
  [1, 500],
  [640, 1],
  [3, 3],
] as const;
const boxes = [
  [300, 300],
  [100, 50],
  [77, 333],
  [1, 1],
  [150, undefined],
  [undefined, 41],
  [500, undefined],
  [undefined, 700],
] as const;
const fits: readonly Fit[] = ["cover", "contain", "fill", "inside", "outside"];

type Wish = Parameters<typeof outputSize>[1];

/** Without enlarging we differ from sharp in cover and contain on purpose: those cases have a table below. */
function wishesLikeSharp(): Wish[] {
  return boxes.flatMap(([width, height]) =>
    fits.flatMap((fit) => {
      const box = { width, height, fit };
      const differs = fit === "cover" || fit === "contain";
      return differs ? [{ ...box, enlarge: true }] : [true, false].map((enlarge) => ({ ...box, enlarge }));
    }),
  );
}

async function sizeBySharp(source: Buffer, wish: Wish) {
  const { width, height, enlarge } = wish;
  const { info } = await sharp(source)
    .resize({ width, height, fit: resolveFit(wish), withoutEnlargement: !enlarge })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return info;
}

describe("the size of a result", () => {
  it.each([
    ["png", 0],
    // sharp may load a JPEG at an eighth of its size and round there, before it rounds the result.
    ["jpeg", 1],
  ] as const)("is sharp's own for every fit of a %s, within %i pixels", async (format, tolerance) => {
    const wrong: string[] = [];
    for (const [width, height] of sources) {
      const source = await flat({ width, height, format });
      for (const wish of wishesLikeSharp()) {
        const ours = outputSize({ width, height }, wish);
        // 300×300 `outside` of 1×500 is 300×150,000: right, and too slow to make here.
        if (ours.width * ours.height > 500_000) continue;
        const theirs = await sizeBySharp(source, wish);
        const off = Math.max(Math.abs(ours.width - theirs.width), Math.abs(ours.height - theirs.height));
        if (off > tolerance) wrong.push(`${width}×${height} ${JSON.stringify({ wish, ours, theirs })}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    [[200, 100], [300, 300], "cover", [100, 100]],
    [[200, 100], [300, 300], "contain", [100, 100]],
    [[400, 300], [300, 300], "cover", [300, 300]],
    [[300, 300], [300, 300], "cover", [300, 300]],
    [[299, 300], [300, 300], "cover", [299, 299]],
    [[100, 400], [300, 200], "cover", [100, 67]],
    [[1, 1], [300, 1], "cover", [1, 1]],
    [[200, 100], [300, 300], "fill", [200, 100]],
  ] as const)("of %j asked for %j with %s is %j without enlarging", (from, box, fit, expected) => {
    const source = { width: from[0], height: from[1] };
    const size = outputSize(source, { width: box[0], height: box[1], fit, enlarge: false });
    expect([size.width, size.height]).toEqual(expected);
  });

  it("never has a side longer than its source's unless enlarging is asked for", () => {
    for (const [width, height] of sources) {
      for (const [boxWidth, boxHeight] of boxes) {
        for (const fit of fits) {
          const size = outputSize(
            { width, height },
            { width: boxWidth, height: boxHeight, fit, enlarge: false },
          );
          expect(size.width).toBeLessThanOrEqual(width);
          expect(size.height).toBeLessThanOrEqual(height);
          expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
        }
      }
    }
  });

  it("is the source's when no side is given", () => {
    expect(outputSize({ width: 30, height: 20 }, { enlarge: true })).toEqual({ width: 30, height: 20 });
  });
});

describe("the fit", () => {
  it("is cover for two sides, inside for one, whatever one side says", () => {
    expect(resolveFit({ width: 1, height: 1 })).toBe("cover");
    expect(resolveFit({ width: 1, height: 1, fit: "fill" })).toBe("fill");
    expect(resolveFit({ width: 1 })).toBe("inside");
    expect(resolveFit({ height: 1, fit: "fill" })).toBe("inside");
  });
});

describe("a result that would be a bomb", () => {
  it.each([
    [{ width: 16_385, height: 1 }, "png"],
    [{ width: 5_001, height: 5_000 }, "png"],
    [{ width: 16_384, height: 1 }, "webp"],
  ] as const)("is refused: %j as %s", (size, format) => {
    expect(() => checkOutputSize(size, format)).toThrow(expect.objectContaining({ code: "image_too_large" }));
  });

  it("is not what the limits still allow", () => {
    expect(() => checkOutputSize({ width: 16_384, height: 1_500 }, "png")).not.toThrow();
    expect(() => checkOutputSize({ width: 5_000, height: 5_000 }, "jpeg")).not.toThrow();
  });
});
