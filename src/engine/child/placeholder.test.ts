import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from "thumbhash";
import { expect, test } from "vitest";
import { flat } from "../../../test/pictures/index.ts";
import { renderResult, requestFor, workFolder } from "../../../test/support/engine-work.ts";
import { sharp } from "./locked-sharp.ts";
import { dominantColour } from "./placeholder.ts";
import { render } from "./render.ts";

function halves() {
  const left = {
    input: { create: { width: 300, height: 200, channels: 3 as const, background: "#2060a0" } },
    left: 0,
    top: 0,
  };
  return sharp({ create: { width: 400, height: 200, channels: 3, background: "#ffffff" } })
    .composite([left])
    .png()
    .toBuffer();
}

const hashOf = ({ thumbhash }: { readonly thumbhash: string }) => Buffer.from(thumbhash, "base64");

test.each([
  ["one variant", [{ width: 200 }]],
  [
    "a small one that is cut and a shared decode that is whole",
    [{ width: 200 }, { width: 40, height: 40, position: "left" as const }],
  ],
  ["a grey variant and a larger one in colour", [{ width: 300, grayscale: true }, { width: 350 }]],
  [
    "a stretched variant and a larger one",
    [{ width: 340, height: 100, fit: "fill" as const }, { width: 350 }],
  ],
  ["an AVIF alone", [{ width: 60, format: "avif" as const }]],
])("the placeholder of %s is the whole picture and its dominant colour", async (_name, transforms) => {
  const { placeholder } = await renderResult(await halves(), ...transforms);
  if (!placeholder) throw new Error("there is none");
  expect(thumbHashToApproximateAspectRatio(hashOf(placeholder))).toBeCloseTo(2, 0);
  expect(placeholder.color).toMatch(/^#(?:1f|20|21)(?:5f|60|61)(?:9f|a0|a1)$/);
  const { r, g, b } = thumbHashToAverageRGBA(hashOf(placeholder));
  const means = [r, g, b].map((value) => value * 255);
  for (const [index, value] of [88, 136, 184].entries()) {
    expect(Math.abs((means[index] ?? 0) - value), String(means)).toBeLessThan(25);
  }
});

test("an animation's placeholder is its first frame", async () => {
  const frames = ["#c02020", "#20c020"].map((background) => ({
    create: { width: 40, height: 40, channels: 3 as const, background },
  }));
  const rolls = await Promise.all(frames.map((frame) => sharp(frame).raw().toBuffer()));
  const raw = { width: 40, height: 80, channels: 3, pageHeight: 40 } as const;
  const gif = await sharp(Buffer.concat(rolls), { raw, animated: true }).gif().toBuffer();
  const { placeholder } = await renderResult(gif, { width: 30 }, { width: 20 });
  expect(placeholder?.color).toBe("#c02020");
});

test("none is made for an image that has one", async () => {
  await using folder = await workFolder();
  await writeFile(join(folder.path, "source"), await halves());
  for (const transforms of [[{ width: 60 }], [{ width: 60 }, { width: 30 }]]) {
    const request = requestFor(folder.path, ...transforms);
    expect((await render({ ...request, hasPlaceholder: true })).placeholder).toBeNull();
    expect((await render(request)).placeholder).not.toBeNull();
  }
});

test("transparency is kept in the hash and does not count as a colour", async () => {
  const { placeholder } = await renderResult(
    await flat({ width: 60, height: 60, format: "png", colour: "#00000000" }),
    {},
  );
  if (!placeholder) throw new Error("there is none");
  expect(placeholder.color).toBe("#ffffff");
  expect(thumbHashToAverageRGBA(hashOf(placeholder)).a).toBeLessThan(0.1);
});

test("the dominant colour is the mean of those that are alike, weighed by what shows", () => {
  const pixels = [200, 10, 10, 255, 202, 12, 10, 255, 10, 200, 10, 255, 10, 10, 250, 20];
  expect(dominantColour(Uint8Array.from(pixels))).toBe("#c90b0a");
});
