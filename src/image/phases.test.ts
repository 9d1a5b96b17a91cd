import { expect, test } from "vitest";
import { nextPhase } from "./phases.ts";
import { type TransformInput, transformListSchema } from "./transform.ts";

const photo = { format: "jpeg", width: 4000, height: 3000, frames: 1, progressive: false } as const;

function phaseNames(header: Parameters<typeof nextPhase>[0], ...list: TransformInput[]) {
  const { transforms, later } = nextPhase(header, transformListSchema.parse(list));
  return [transforms.map(({ name }) => name), later.map(({ name }) => name)];
}

const thumb = { name: "thumb", width: 300 };
const webp = { name: "webp", width: 1600, format: "webp" } as const;
const avif = { name: "avif", width: 1600, format: "avif" } as const;

test("cheap variants come first, costly ones later", () => {
  expect(phaseNames(photo, avif, thumb, webp)).toEqual([["thumb", "webp"], ["avif"]]);
});

test("one phase is enough where all are cheap, or all are costly", () => {
  expect(phaseNames(photo, thumb, webp)).toEqual([["thumb", "webp"], []]);
  expect(phaseNames(photo, avif, { ...avif, name: "second" })).toEqual([["avif", "second"], []]);
});

test("what cannot be made is no phase of its own", () => {
  const wide = {
    name: "wide",
    width: 16_384,
    height: 10,
    fit: "fill",
    enlarge: true,
    format: "webp",
  } as const;
  expect(phaseNames(photo, wide, avif)).toEqual([["wide", "avif"], []]);
  expect(phaseNames(photo, wide, thumb, avif)).toEqual([["thumb"], ["wide", "avif"]]);
  expect(phaseNames(photo, wide, thumb)).toEqual([["wide", "thumb"], []]);
});

test("a small AVIF is not worth a second decode", () => {
  expect(phaseNames(photo, thumb, { ...avif, width: 300 })).toEqual([["thumb", "avif"], []]);
});

test("the quality of an AVIF decides too: the best costs more than four times the poorest", () => {
  const small = { ...avif, width: 600 };
  expect(phaseNames(photo, thumb, small)).toEqual([["thumb", "avif"], []]);
  expect(phaseNames(photo, thumb, { ...small, quality: 90 })).toEqual([["thumb"], ["avif"]]);
  const large = { ...avif, width: 900 };
  expect(phaseNames(photo, thumb, large)).toEqual([["thumb"], ["avif"]]);
  expect(phaseNames(photo, thumb, { ...large, quality: 20 })).toEqual([["thumb", "avif"], []]);
});

test("the frames of an animation make it costly, when it stays one", () => {
  const moving = { ...photo, format: "gif", width: 500, height: 500, frames: 100 } as const;
  const still = { name: "still", width: 300, format: "jpeg" } as const;
  expect(phaseNames(moving, thumb, still, { ...webp, width: 300 })).toEqual([["still"], ["thumb", "webp"]]);
  expect(phaseNames({ ...moving, frames: 1 }, thumb, still)).toEqual([["thumb", "still"], []]);
});
