import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { animatedWebp, flat, gifFrames, photo } from "../../test/pictures/index.ts";
import { predictedBytes, runsAlone } from "./cost.ts";
import type { Format, OutputFormat } from "./format.ts";
import type { ImageHeader } from "./original.ts";
import { transformSchema } from "./transform.ts";

const run = promisify(execFile);
const hasProc = process.platform === "linux";

/** One render in a process of its own, as the engine does it; prints the most memory that it ever had, in kB. */
const render = `
  import { readFileSync } from "node:fs";
  import sharp from "sharp";
  const [source, target, width, height, format] = process.argv.slice(1);
  sharp.concurrency(1);
  sharp.cache(false);
  await sharp(source, { failOn: "error", pages: 1, autoOrient: true })
    .resize(Number(width), Number(height))
    .toFormat(format)
    .toFile(target);
  console.log(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
`;

/** The same the engine's own way: a HEIC is decoded by a library beside sharp, an animation frame by frame. */
const renderByEngine = `
  import { readFileSync } from "node:fs";
  const [folder, engine, from, format] = process.argv.slice(1);
  const { render } = await import(engine);
  const header = { format: from, width: 1, height: 1, frames: 1, progressive: false };
  const transform = { name: "a", width: 300, height: 300, format, enlarge: false, metadata: "strip" };
  const limits = { maxPixels: 5e7, maxSide: 32768, maxFrames: 256 };
  await render({ folder, header, transforms: [{ ...transform, position: "centre" }], limits });
  console.log(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
`;

function headerOf(format: Format, width: number, height: number, progressive = false): ImageHeader {
  return { format, width, height, frames: 1, progressive };
}

function wish(width: number, height: number, format: OutputFormat) {
  return transformSchema.parse({ name: "a", width, height, format });
}

/** The most memory, in bytes, that a process has taken that makes 300×300 of the `source` in the folder. */
async function measuredByEngine(work: string, from: Format, output: OutputFormat): Promise<number> {
  const engine = new URL("../engine/child/render.ts", import.meta.url).href;
  const { stdout } = await run(
    process.execPath,
    ["--input-type=module", "-e", renderByEngine, work, engine, from, output],
    { env: { MALLOC_ARENA_MAX: "2" } },
  );
  return Number(stdout) * 1024;
}

describe("the predicted memory of a render", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cost-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The file's format and pixels, then the result's. */
  const rows: [Format, number, number, boolean, OutputFormat, number, number][] = [
    ["jpeg", 4000, 3000, false, "jpeg", 300, 300],
    ["jpeg", 4000, 3000, true, "jpeg", 300, 300],
    ["jpeg", 4000, 3000, false, "jpeg", 3000, 2250],
    ["jpeg", 4000, 3000, false, "webp", 3000, 2250],
    ["jpeg", 4000, 3000, false, "avif", 1500, 1125],
    ["jpeg", 4000, 3000, false, "gif", 600, 600],
    ["png", 4000, 3000, false, "png", 300, 300],
    ["png", 4000, 3000, true, "png", 300, 300],
    ["png", 30_000, 500, false, "jpeg", 300, 300],
    ["webp", 4000, 3000, false, "webp", 2000, 1500],
    ["gif", 4000, 3000, false, "jpeg", 300, 300],
    ["avif", 4000, 3000, false, "jpeg", 300, 300],
    ["tiff", 4000, 3000, false, "jpeg", 300, 300],
  ];
  it.runIf(hasProc).each(rows)(
    "is near what a %s of %i×%i (progressive: %s) takes to become a %s of %i×%i",
    async (format, width, height, progressive, output, outWidth, outHeight) => {
      const source = join(folder, `${format}-${width}-${progressive}`);
      // Grain costs an AVIF or GIF encoder seconds and changes little of what the decoder takes.
      const make = format === "avif" || format === "gif" ? flat : photo;
      await writeFile(source, await make({ width, height, format, progressive }));
      const target = join(folder, `target.${output}`);
      const { stdout } = await run(
        process.execPath,
        ["--input-type=module", "-e", render, source, target, `${outWidth}`, `${outHeight}`, output],
        { env: { MALLOC_ARENA_MAX: "2" } },
      );
      const measured = Number(stdout) * 1024;
      const header = headerOf(format, width, height, progressive);
      const predicted = predictedBytes(header, [wish(outWidth, outHeight, output)]);
      const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
      const report = `${megabytes(predicted)} MB predicted, ${megabytes(measured)} MB measured`;
      expect(predicted, report).toBeGreaterThan(measured * 0.8);
      expect(predicted, report).toBeLessThan(measured * 2.5);
    },
    120_000,
  );

  it.runIf(hasProc).each([
    [2_000, 1_500],
    [3_000, 2_000],
  ])(
    "is near what a heic of %i×%i takes",
    async (width, height) => {
      const work = await mkdtemp(join(folder, "heic-"));
      await writeFile(join(work, "source"), await flat({ width, height, format: "heic" }));
      const measured = await measuredByEngine(work, "heic", "jpeg");
      const predicted = predictedBytes(headerOf("heic", width, height), [wish(300, 300, "jpeg")]);
      const report = `${predicted >> 20} MB predicted, ${measured >> 20} MB measured`;
      expect(predicted, report).toBeGreaterThan(measured * 0.8);
      expect(predicted, report).toBeLessThan(measured * 2.5);
    },
    120_000,
  );

  it.runIf(hasProc).each([
    ["gif", 500, 90, "gif"],
    ["gif", 500, 90, "webp"],
    ["webp", 320, 200, "webp"],
    ["webp", 700, 100, "webp"],
  ] as const)(
    "is near what an animated %s, %i pixels square, of %i frames takes as %s",
    async (format, side, frames, output) => {
      const work = await mkdtemp(join(folder, "animation-"));
      const file = format === "gif" ? gifFrames(frames, side) : await animatedWebp(frames, side);
      await writeFile(join(work, "source"), file);
      const measured = await measuredByEngine(work, format, output);
      const header = { ...headerOf(format, side, side), frames };
      const predicted = predictedBytes(header, [wish(300, 300, output)]);
      const report = `${predicted >> 20} MB predicted, ${measured >> 20} MB measured`;
      expect(predicted, report).toBeGreaterThan(measured * 0.8);
      expect(predicted, report).toBeLessThan(measured * 2.5);
    },
    120_000,
  );

  it("counts the pixels that several variants share", () => {
    const header = headerOf("jpeg", 4000, 3000);
    const large = wish(2000, 1500, "jpeg");
    const shared = predictedBytes(header, [large, wish(300, 300, "jpeg")]);
    expect(shared - predictedBytes(header, [large])).toBe(2000 * 1500 * 4);
  });

  it("counts the format that a kept one becomes", () => {
    const keep = transformSchema.parse({ name: "a" });
    const header = headerOf("tiff", 1000, 1000);
    expect(predictedBytes(header, [keep])).toBe(predictedBytes(header, [{ ...keep, format: "jpeg" }]));
    expect(predictedBytes({ ...header, format: "avif" }, [keep])).toBe(
      predictedBytes({ ...header, format: "avif" }, [{ ...keep, format: "avif" }]),
    );
  });

  it("counts the frames of an animation that stays one, and only then", () => {
    const header = headerOf("gif", 500, 500);
    const moving = { ...header, frames: 256 };
    const [thumb, still] = [wish(300, 300, "gif"), wish(300, 300, "jpeg")];
    // Of a WebP of 200 frames, 90,000 pixels a frame took 54 MB more than a still one.
    expect(predictedBytes(moving, [thumb]) - predictedBytes(header, [thumb])).toBeGreaterThan(60e6);
    expect(predictedBytes(moving, [still])).toBe(predictedBytes(header, [still]));
  });
});

describe("a picture runs alone", () => {
  it.each([
    [headerOf("jpeg", 6_000, 5_000, true), true],
    [headerOf("png", 6_000, 4_001, true), true],
    [headerOf("avif", 5_001, 5_000), true],
    [headerOf("jpeg", 6_000, 4_000, true), false],
    [headerOf("jpeg", 8_000, 6_000), false],
    [headerOf("avif", 5_000, 5_000), false],
    [headerOf("heic", 5_001, 5_000), true],
    [headerOf("heic", 5_000, 5_000), false],
    [{ ...headerOf("heic", 100, 100), decodedPixels: 25_000_001 }, true],
  ])("%j: %s", (header, alone) => {
    expect(runsAlone(header)).toBe(alone);
  });
});
