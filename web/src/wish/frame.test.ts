import { expect, test } from "vitest";
import { frameOf } from "./frame.ts";

const landscape = { width: 3000, height: 2000 };
const square = { name: "s", width: 300, height: 300 };

test.each([
  ["centre", { x: 500, y: 0, width: 2000, height: 2000 }],
  ["left", { x: 0, y: 0, width: 2000, height: 2000 }],
  ["right bottom", { x: 1000, y: 0, width: 2000, height: 2000 }],
  ["attention", { x: 500, y: 0, width: 2000, height: 2000 }],
] as const)("cover, %s, cuts the wanted shape out of the picture", (position, part) => {
  expect(frameOf(landscape, { ...square, position })).toMatchObject({
    ...part,
    hasPosition: true,
    result: { width: 300, height: 300 },
  });
});

test("contain shows the whole picture in a box around it", () => {
  expect(frameOf(landscape, { ...square, fit: "contain", position: "top" })).toMatchObject({
    x: 0,
    y: 0,
    width: 3000,
    height: 3000,
  });
  expect(frameOf(landscape, { ...square, fit: "contain", position: "bottom" }).y).toBe(-1000);
});

test("one side alone keeps the shape, so there is nothing to choose", () => {
  expect(frameOf(landscape, { name: "w", width: 300, fit: "cover" })).toMatchObject({
    width: 3000,
    hasPosition: false,
    result: { width: 300, height: 200 },
  });
});

test("fill stretches", () => {
  expect(frameOf(landscape, { ...square, fit: "fill" })).toMatchObject({ isStretched: true, width: 3000 });
});

test("nothing is enlarged unless that is wanted", () => {
  expect(frameOf({ width: 200, height: 100 }, square).result).toEqual({ width: 100, height: 100 });
});
