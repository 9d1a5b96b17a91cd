import { describe, expect, test } from "vitest";
import { animatedWebp, gifFrames, photo, tiffPages } from "../../../test/pictures/index.ts";
import { pixelsOf } from "../../../test/support/engine-pixels.ts";
import { renderAll } from "../../../test/support/engine-work.ts";
import { sharp } from "./locked-sharp.ts";

const width = 60;
const height = 40;
/** A flat colour a frame; the pace is uneven on purpose. */
const colours = [
  [220, 30, 30],
  [30, 200, 30],
  [30, 30, 220],
  [200, 200, 40],
] as const;
const delay = [100, 40, 250, 70];
const loop = 3;

function moving(
  format: "gif" | "webp",
  options: { readonly exifOrientation?: number } = {},
): Promise<Buffer> {
  const frames = colours.map(([r, g, b]) => {
    const frame = Buffer.alloc(width * height * 3);
    for (let at = 0; at < frame.length; at += 3) frame.set([r, g, b], at);
    return frame;
  });
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  const image = sharp(Buffer.concat(frames), { raw, animated: true });
  const turned = options.exifOrientation
    ? image.withMetadata({ orientation: options.exifOrientation })
    : image;
  return (
    format === "gif" ? turned.gif({ delay, loop }) : turned.webp({ delay, loop, lossless: true, effort: 0 })
  ).toBuffer();
}

/** The colour in the middle of each frame. */
async function framesOf(file: string) {
  const facts = await sharp(file, { pages: -1 }).metadata();
  const { pages = 1, pageHeight = facts.height } = facts;
  const { at } = await pixelsOf(file, -1);
  const middles = Array.from({ length: pages }, (_, page) =>
    at(facts.width >> 1, page * pageHeight + (pageHeight >> 1)).slice(0, 3),
  );
  return { ...facts, pages, pageHeight, middles };
}

/** The colours of the first row, a row near it, and the last two of each frame. */
async function edgesOf(file: string) {
  const { pages, pageHeight } = await framesOf(file);
  const { at, width: across } = await pixelsOf(file, -1);
  return Array.from({ length: pages }, (_, page) =>
    [0, 1, pageHeight - 2, pageHeight - 1].map((y) => at(across >> 1, page * pageHeight + y).slice(0, 3)),
  );
}

function expectColours(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]) {
  expect(actual.length).toBe(expected.length);
  for (const [frame, colour] of expected.entries()) {
    for (const [channel, value] of colour.entries()) {
      const off = Math.abs((actual[frame]?.[channel] ?? -999) - value);
      expect(off, `frame ${frame}: ${actual[frame]} is not ${colour}`).toBeLessThanOrEqual(6);
    }
  }
}

describe.each(["gif", "webp"] as const)("an animated %s", (format) => {
  test.each([
    ["keep", { width: 30 }, [30, 20]],
    ["gif", { width: 30, format: "gif" }, [30, 20]],
    ["webp", { width: 30, format: "webp" }, [30, 20]],
    ["a cut", { width: 20, height: 20 }, [20, 20]],
    ["a cut where attention cannot be", { width: 20, height: 20, position: "attention" }, [20, 20]],
    ["a cut across", { width: 40, height: 10 }, [40, 10]],
    ["bars", { width: 30, height: 30, fit: "contain", background: "#ffffff" }, [30, 30]],
    ["its own size", {}, [60, 40]],
    ["all its metadata", { width: 30, metadata: "keep" }, [30, 20]],
  ] as const)("stays animated, all frames, at its own pace, as %s", async (_name, transform, [w, h]) => {
    const source = await moving(format);
    const [alone] = await renderAll(source, transform);
    const [, shared = alone] = await renderAll(source, { width: 48 }, transform);
    for (const file of [alone, shared]) {
      const found = await framesOf(file);
      expect(found).toMatchObject({ pages: 4, width: w, pageHeight: h, delay, loop });
      expectColours(found.middles, colours);
    }
  });

  test.each([
    ["scaled", { width: 30 }, 20],
    ["scaled by an odd measure", { width: 33 }, 22],
    ["enlarged", { width: 90, enlarge: true }, 60],
    ["cut across", { width: 40, height: 10 }, 10],
    ["stretched", { width: 31, height: 37, fit: "fill" }, 37],
    ["blurred", { blur: 5 }, 40],
    ["scaled and sharpened", { width: 30, sharpen: true }, 20],
    ["scaled with its credits", { width: 30, metadata: "copyright" }, 20],
  ] as const)("keeps each frame to itself when it is %s", async (_name, transform, rows) => {
    const source = await moving(format);
    const [alone] = await renderAll(source, transform);
    const [, shared = alone] = await renderAll(source, { width: 55 }, transform);
    for (const file of [alone, shared]) {
      expect(await framesOf(file)).toMatchObject({ pages: 4, pageHeight: rows, delay, loop });
      for (const [index, edges] of (await edgesOf(file)).entries()) {
        expectColours(
          edges,
          edges.map(() => colours[index] ?? []),
        );
      }
    }
  });

  test("has bars of one colour around each frame", async () => {
    const bars = { width: 30, height: 30, fit: "contain", background: "#808080" } as const;
    const [file] = await renderAll(await moving(format), bars);
    for (const edges of await edgesOf(file)) {
      expectColours(
        edges,
        edges.map(() => [128, 128, 128]),
      );
    }
  });

  test("leaves a frame empty that is", async () => {
    const frames = [255, 0, 255].map((alpha) =>
      Buffer.alloc(width * height * 4, Buffer.from([30, 200, 30, alpha])),
    );
    const raw = { width, height: height * 3, channels: 4, pageHeight: height } as const;
    const image = sharp(Buffer.concat(frames), { raw, animated: true });
    const source = await (format === "gif" ? image.gif() : image.webp({ lossless: true })).toBuffer();
    for (const transform of [{ width: 29 }, { width: 90, enlarge: true }]) {
      const [file] = await renderAll(source, transform);
      const { pageHeight } = await framesOf(file);
      const { at } = await pixelsOf(file, -1);
      for (const [frame, alpha] of [255, 0, 255].entries()) {
        const rows = [0, pageHeight - 1].map((y) => at(14, frame * pageHeight + y)[3]);
        expect(rows, `frame ${frame}`).toEqual([alpha, alpha]);
      }
    }
  });

  test("is made grey in all its frames, and keeps what is seen through", async () => {
    const pixels = Buffer.concat(
      [0, 1].map((dark) => Buffer.alloc(width * height * 4, Buffer.from([200 - 90 * dark, 40, 40, 255]))),
    );
    for (let at = 0; at < pixels.length; at += width * 4) pixels[at + 3] = pixels[at + 7] = 0;
    const raw = { width, height: height * 2, channels: 4, pageHeight: height } as const;
    const image = sharp(pixels, { raw, animated: true });
    const source = await (format === "gif" ? image.gif() : image.webp({ lossless: true })).toBuffer();
    const [file] = await renderAll(source, { grayscale: true });
    const { at } = await pixelsOf(file, -1);
    for (const y of [20, 60]) {
      const [red = 0, green = 255, blue = 255, alpha] = at(30, y);
      expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(3);
      expect(alpha).toBe(255);
      expect(at(0, y)[3]).toBe(0);
    }
  });

  test.each(["jpeg", "png", "avif"] as const)("gives its first frame as %s", async (still) => {
    const [, file = ""] = await renderAll(await moving(format), { width: 30 }, { width: 30, format: still });
    const { pages, width: w, height: h, middles } = await framesOf(file);
    expect([pages, w, h]).toEqual([1, 30, 20]);
    expectColours(middles, [colours[0]]);
  });
});

test("an animated WebP that says it lies on its side gives its first frame, upright", async () => {
  const [file] = await renderAll(await moving("webp", { exifOrientation: 6 }), { width: 20 });
  expect(await framesOf(file)).toMatchObject({ pages: 1, width: 20, height: 30 });
});

test("a frame that stands for minutes is no fault: it stands for the 65 seconds that can be written", async () => {
  const gif = await moving("gif");
  // Four bytes into the first frame's control (GIF89a, 23), in hundredths of a second.
  gif.writeUInt16LE(65_535, gif.indexOf(Buffer.from([0x21, 0xf9, 4])) + 4);
  const [asGif = "", asWebp = ""] = await renderAll(gif, { width: 30 }, { width: 30, format: "webp" });
  expect((await framesOf(asGif)).delay).toEqual([65_540, ...delay.slice(1)]);
  expect((await framesOf(asWebp)).delay).toEqual([65_535, ...delay.slice(1)]);
});

test("a still picture is not made to move", async () => {
  const source = await photo({ width: 60, height: 40, format: "gif" });
  expect((await framesOf((await renderAll(source, { width: 30 }))[0])).pages).toBe(1);
});

test("a TIFF of more pages than an animation may have frames gives its first", async () => {
  const [file] = await renderAll(tiffPages(300), {});
  expect(await framesOf(file)).toMatchObject({ pages: 1, width: 1, height: 1 });
});

test("frames that are all alike stay", async () => {
  expect((await framesOf((await renderAll(gifFrames(7, 4), {}))[0])).pages).toBe(7);
  expect((await framesOf((await renderAll(await animatedWebp(5, 20), { width: 10 }))[0])).pages).toBe(5);
});
