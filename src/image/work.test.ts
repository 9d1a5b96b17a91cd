import { describe, expect, it } from "vitest";
import type { ImageHeader } from "./original.ts";
import { transformListSchema } from "./transform.ts";
import { predictedWorkMs } from "./work.ts";

const photo: ImageHeader = { format: "jpeg", width: 4000, height: 3000, frames: 1, progressive: false };
const work = (header: ImageHeader, ...transforms: object[]) =>
  predictedWorkMs(header, transformListSchema.parse(transforms.map((t, i) => ({ name: `v${i}`, ...t }))));
const thumb = { width: 300, height: 300 };

describe("the predicted work of an image", () => {
  it("is near what a thumbnail and five variants of a photo took when they were measured", () => {
    expect(work(photo, thumb)).toBeGreaterThan(33 / 2);
    expect(work(photo, thumb)).toBeLessThan(33 * 2);
    const five = [1600, 1200, 800, 300, 150].map((width) => ({ width }));
    expect(work(photo, ...five)).toBeGreaterThan(131 / 2);
    expect(work(photo, ...five)).toBeLessThan(131 * 2.5);
  });

  it("tells a slow encoder, many frames and many pixels from a thumbnail", () => {
    const small = work({ ...photo, width: 300, height: 200 }, thumb);
    expect(work(photo, { width: 3000, format: "avif" })).toBeGreaterThan(50 * small);
    const moving = { ...photo, format: "gif", frames: 100 } as const;
    expect(work(moving, thumb)).toBeGreaterThan(50 * work({ ...moving, frames: 1 }, thumb));
  });

  it("is a whole number, whatever is asked for", () => {
    for (const header of [photo, { ...photo, width: 1, height: 1 }]) {
      expect(work(header, { width: 1 })).toSatisfy(Number.isInteger);
    }
  });
});
