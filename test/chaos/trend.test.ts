import { describe, expect, it } from "vitest";
import { seededRandom } from "../pictures/index.ts";
import { floors, trend } from "./trend.ts";

const samplesOf = (value: (second: number) => number) =>
  Array.from({ length: 60 }, (_, second) => ({ second, value: value(second) }));

describe("the trend of what a process holds", () => {
  const noisy = (perSecond: number) => {
    const random = seededRandom(4);
    return samplesOf((second) => second * perSecond + 50 * random());
  };

  it("is the slope of a line, for certain", () => {
    expect(trend(samplesOf((second) => 7 + 3 * second))).toEqual({ slope: 3, atLeast: 3 });
  });

  it("is no certain rise where only noise is", () => {
    expect(trend(noisy(0)).atLeast).toBeLessThanOrEqual(0);
  });

  it("is a certain rise where noise does not hide it", () => {
    const { slope, atLeast } = trend(noisy(5));
    expect(atLeast).toBeGreaterThan(4);
    expect(slope).toBeLessThan(6);
  });

  it("is looked for in the lowest values, between garbage collections", () => {
    const sawtooth = samplesOf((second) => 100 + 10 * (second % 6));
    expect(floors(sawtooth, 10).map(({ value }) => value)).toEqual(Array.from({ length: 10 }, () => 100));
  });
});
