import { describe, expect, test } from "vitest";
import { graphic, photo } from "../../../test/pictures/index.ts";
import { meanDifference, pixelsOf } from "../../../test/support/engine-pixels.ts";
import { renderAll } from "../../../test/support/engine-work.ts";
import { sharp } from "./locked-sharp.ts";

const size = { width: 300, height: 200 };
const lines = () => graphic({ ...size, seed: 4 });
const stored = async (picture: Buffer, as: "lossless WebP" | "LZW" | "deflate" | "JPEG" | "profile") => {
  // Locked sharp opens files only; these are made as anyone's program would.
  const [opened] = await renderAll(picture, {});
  const image = sharp(opened);
  if (as === "lossless WebP") return await image.webp({ lossless: true }).toBuffer();
  if (as === "profile") return await image.withIccProfile("p3").webp({ lossless: true }).toBuffer();
  const compression = as === "LZW" ? "lzw" : as === "JPEG" ? "jpeg" : "deflate";
  return await image.tiff({ compression }).toBuffer();
};
const grainy = () => photo({ ...size, format: "png" });
const coarseJpeg = (chromaSubsampling: "4:4:4" | "4:2:0") =>
  sharp({ create: { ...size, channels: 3, background: "#8a7f6b" } })
    .jpeg({ chromaSubsampling })
    .toBuffer();

const flatColour = () =>
  sharp({ create: { ...size, channels: 3, background: "#8a7f6b" } })
    .png()
    .toBuffer();
const coarseWebp = () =>
  sharp({ create: { ...size, channels: 3, background: "#8a7f6b" } })
    .webp()
    .toBuffer();

describe("the colours of a JPEG have", () => {
  test.each([
    ["full resolution where flat colour and text are seen", lines, {}, "4:4:4"],
    [
      "full resolution where they are seen in a lossless WebP",
      async () => stored(await lines(), "lossless WebP"),
      {},
      "4:4:4",
    ],
    ["full resolution there, behind a profile", async () => stored(await lines(), "profile"), {}, "4:4:4"],
    [
      "full resolution where they are seen in a TIFF of LZW",
      async () => stored(await lines(), "LZW"),
      {},
      "4:4:4",
    ],
    ["full resolution in a deflated TIFF", async () => stored(await lines(), "deflate"), {}, "4:4:4"],
    [
      "half of it in a photograph as lossless WebP",
      async () => stored(await grainy(), "lossless WebP"),
      {},
      "4:2:0",
    ],
    ["half of it in a photograph as TIFF", async () => stored(await grainy(), "LZW"), {}, "4:2:0"],
    ["half of it in a small WebP that lost something", () => coarseWebp(), {}, "4:2:0"],
    [
      "half of it in a small TIFF that lost something",
      async () => stored(await flatColour(), "JPEG"),
      {},
      "4:2:0",
    ],
    [
      "half of it in a photograph, though its file lost nothing",
      () => photo({ ...size, format: "png" }),
      {},
      "4:2:0",
    ],
    ["half of it where the source has half", () => coarseJpeg("4:2:0"), {}, "4:2:0"],
    ["full resolution where the source has it", () => coarseJpeg("4:4:4"), {}, "4:4:4"],
    ["full resolution from quality 90 on", () => coarseJpeg("4:2:0"), { quality: 90 }, "4:4:4"],
    ["half of it below", () => coarseJpeg("4:2:0"), { quality: 89 }, "4:2:0"],
  ] as const)("%s", async (_name, source, asked, expected) => {
    const files = await renderAll(await source(), { ...asked, width: 100, format: "jpeg" }, { width: 50 });
    expect((await sharp(files[0]).metadata()).chromaSubsampling).toBe(expected);
  });
});

test("a red hairline on white stays red in a JPEG of a drawing", async () => {
  const rows = Buffer.alloc(64 * 64 * 3, 255);
  for (let x = 0; x < 64; x += 1) rows.set([230, 0, 20], (31 * 64 + x) * 3);
  const png = await sharp(rows, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
  const [file] = await renderAll(png, { format: "jpeg" });
  const [red = 0, green = 255] = (await pixelsOf(file)).at(32, 31);
  expect(red - green).toBeGreaterThan(180);
});

test("an animated drawing is known as one by what each frame takes of its file", async () => {
  const frames = await Promise.all(
    Array.from({ length: 16 }, (_, seed) => graphic({ width: 80, height: 60, seed }).then(rawOf)),
  );
  const raw = { width: 80, height: 960, channels: 3, pageHeight: 60 } as const;
  const gif = await sharp(Buffer.concat(frames), { raw, animated: true }).gif().toBuffer();
  expect(gif.length / (80 * 60)).toBeGreaterThan(1);
  const [file] = await renderAll(gif, { format: "jpeg" });
  expect((await sharp(file).metadata()).chromaSubsampling).toBe("4:4:4");
});

test("nothing is sharpened after a strong downscale unless it is asked for", async () => {
  const source = await photo({ width: 1600, height: 1200, format: "png" });
  const [plain, crisp = ""] = await renderAll(
    source,
    { width: 160, metadata: "keep" },
    { width: 160, metadata: "keep", sharpen: true },
  );
  const { data } = await pixelsOf(plain);
  const [bare] = await renderAll(source, {});
  const scaled = await sharp(bare).resize(160).raw().toBuffer();
  expect(meanDifference(data, scaled)).toBeLessThan(0.1);
  expect(meanDifference((await pixelsOf(crisp)).data, scaled)).toBeGreaterThan(1);
});

async function rawOf(png: Buffer): Promise<Buffer> {
  const [file] = await renderAll(png, {});
  return await sharp(file).raw().toBuffer();
}
