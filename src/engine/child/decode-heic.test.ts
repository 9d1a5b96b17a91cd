import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  heic,
  heicClaiming,
  isoBox,
  rgbProfile,
  rgbSpaces,
  srgbOf,
  truncated,
} from "../../../test/pictures/index.ts";
import { middleOf, pixelsOf } from "../../../test/support/engine-pixels.ts";
import { renderAll, requestFor, workFolder } from "../../../test/support/engine-work.ts";
import { creditsOf } from "./credits.ts";
import { decodeInThread } from "./decode-heic.ts";
import { faultCode } from "./fault.ts";
import { sharp } from "./locked-sharp.ts";
import { render } from "./render.ts";

const size = { width: 160, height: 96 };
const left = [200, 100, 50];
const right = [30, 90, 180];

/** Two colours, side by side. */
function halves(width = size.width, height = size.height): Buffer {
  const row = Array.from({ length: width }, (_, x) => (x < width / 2 ? left : right)).flat();
  return Buffer.concat(Array.from({ length: height }, () => Buffer.from(row)));
}

const flatPixels = (pixel: readonly number[], { width, height } = size) =>
  Buffer.from(Array.from({ length: width * height }, () => pixel).flat());

function expectNear(found: readonly number[], wanted: readonly number[]) {
  const off = Math.max(...wanted.map((value, index) => Math.abs(value - (found[index] ?? -999))));
  expect(off, `${found} is not ${wanted}`).toBeLessThanOrEqual(3);
}

async function failure(file: Buffer): Promise<string> {
  await using folder = await workFolder();
  await writeFile(join(folder.path, "source"), file);
  return await render(requestFor(folder.path, { format: "png" })).then(() => "no error", faultCode);
}

describe("a HEIC", () => {
  test("gives its pixels, as JPEG where nothing is said", async () => {
    const [path] = await renderAll(heic({ ...size, pixels: halves() }), { quality: 100 });
    expect(await sharp(path).metadata()).toMatchObject({ format: "jpeg", ...size });
    const { at } = await pixelsOf(path);
    expectNear(at(10, 50), left);
    expectNear(at(150, 50), right);
  });

  test("with odd sides gives every row and column", async () => {
    const odd = { width: 61, height: 31 };
    const [path] = await renderAll(heic({ ...odd, pixels: halves(61, 31) }), { format: "png" });
    const { width, height, at } = await pixelsOf(path);
    expect({ width, height }).toEqual(odd);
    expectNear(at(60, 30), right);
  });

  test("in tiles, as phones write it, is put together", async () => {
    const pixels = halves(320, 192);
    const [path] = await renderAll(heic({ width: 320, height: 192, pixels, tiles: [2, 2] }), {
      format: "png",
    });
    const { width, height, at } = await pixelsOf(path);
    expect([width, height]).toEqual([320, 192]);
    expectNear(at(20, 180), left);
    expectNear(at(300, 10), right);
  });

  test("shows what its clean aperture leaves", async () => {
    const [path] = await renderAll(heic({ ...size, pixels: halves(), shown: [80, 64] }), { format: "png" });
    const { width, height, at } = await pixelsOf(path);
    expect([width, height]).toEqual([80, 64]);
    expectNear(at(10, 32), left);
    expectNear(at(70, 32), right);
  });

  test("with alpha becomes a PNG that keeps it", async () => {
    const pixels = flatPixels([200, 100, 50, 128]);
    const [path] = await renderAll(heic({ ...size, pixels, alpha: true }), { width: 40 });
    expect(await sharp(path).metadata()).toMatchObject({ format: "png", channels: 4 });
    expectNear(await middleOf(path), [200, 100, 50, 128]);
  });

  test.each([
    ["a profile", { profile: rgbProfile(rgbSpaces.p3) }],
    ["its primaries", { primaries: 12 }],
  ])("in Display P3 by %s comes out in sRGB", async (_by, colours) => {
    const vivid = [60, 190, 90] as const;
    const file = heic({ ...size, pixels: flatPixels(vivid), ...colours });
    const [alone, larger, smaller] = await renderAll(
      file,
      { width: 100, format: "png" },
      { width: 80, format: "png" },
      { width: 40, format: "png" },
    );
    for (const path of [alone, larger, smaller]) {
      if (path) expectNear(await middleOf(path), srgbOf(rgbSpaces.p3, [...vivid]));
    }
  });

  test("hands on who made it, or all that it says, as asked", async () => {
    const exif = await exifOf({ Artist: "Jane", Copyright: "Jane 2026", Make: "Camera", Orientation: "6" });
    const file = heic({ ...size, pixels: halves(), exif, quarters: 3 });
    const [stripped = "", credited = "", kept = ""] = await renderAll(
      file,
      {},
      { metadata: "copyright" },
      { metadata: "keep" },
    );
    expect((await sharp(stripped).metadata()).exif).toBeUndefined();
    const facts = await sharp(credited).metadata();
    expect(creditsOf(facts)).toMatchObject({ artist: "Jane", copyright: "Jane 2026" });
    expect(facts.exif?.includes("Camera")).toBe(false);
    const all = await sharp(kept).metadata();
    expect(all.exif?.includes("Camera")).toBe(true);
    expect(all).toMatchObject({ width: size.height, height: size.width, orientation: 1 });
  });
});

describe("a damaged HEIC", () => {
  test("cut at each 5 % is corrupt and gives no half picture", async () => {
    const whole = heic({ ...size, pixels: halves() });
    expect(await failure(whole)).toBe("no error");
    for (let percent = 5; percent < 100; percent += 5) {
      expect(await failure(truncated(whole, percent / 100)), `${percent} %`).toBe("corrupt_image");
    }
  }, 60_000);

  test("whose tiles are cut is corrupt too", async () => {
    const whole = heic({ width: 320, height: 192, pixels: halves(320, 192), tiles: [2, 2] });
    expect(await failure(whole)).toBe("no error");
    for (const part of [0.4, 0.7, 0.95]) expect(await failure(truncated(whole, part))).toBe("corrupt_image");
  });

  test("that claims another size than its pixels have is no picture", async () => {
    expect(await failure(heicClaiming(16, 16))).toBe("no error");
    expect(await failure(heicClaiming(4_000, 3_000))).toBe("corrupt_image");
  });

  test("whose pixels are noise fails or not, and the next one is unharmed", async () => {
    const noisy = heic({ ...size, pixels: halves() });
    const start = noisy.indexOf("mdat") + 12;
    for (let at = start; at < noisy.length; at += 3) noisy[at] = (at * 7919) & 0xff;
    expect(["corrupt_image", "no error"]).toContain(await failure(noisy));
    expect(await failure(heic({ ...size, pixels: halves() }))).toBe("no error");
  });

  test("whose stream is larger than its boxes say is no picture", async () => {
    const file = heic({ ...size, pixels: halves() });
    const at = file.indexOf("ispe");
    file.writeUInt32BE(16, at + 8);
    file.writeUInt32BE(16, at + 12);
    expect(["corrupt_image", "image_too_large"]).toContain(await failure(file));
  });

  test("gets no more memory than was predicted", async () => {
    await using folder = await workFolder();
    const source = join(folder.path, "source");
    await writeFile(source, heic({ width: 1_600, height: 1_200, pixels: halves(1_600, 1_200) }));
    const outcome = (maxBytes: number) =>
      decodeInThread({
        source,
        target: join(folder.path, "decoded.png"),
        maxBytes,
        size: { width: 1_600, height: 1_200 },
        facts: {},
      }).then(() => "decoded", faultCode);
    // The library begins with 16 MB.
    expect(await outcome(17 * 2 ** 20)).toBe("image_too_large");
    expect(await outcome(64 * 2 ** 20)).toBe("decoded");
  });

  test("is a small picture in a large file: what lies behind it is of no matter", async () => {
    const file = Buffer.concat([
      heic({ ...size, pixels: halves() }),
      isoBox("free", Buffer.alloc(60_000_000)),
    ]);
    expect(await failure(file)).toBe("no error");
  });
});

async function exifOf(fields: Record<string, string>): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: "#000" } });
  await using folder = await workFolder();
  const path = join(folder.path, "exif.jpg");
  await dot.withExif({ IFD0: fields }).jpeg().toFile(path);
  const { exif } = await sharp(path).metadata();
  if (!exif) throw new Error("no EXIF was written");
  return exif.subarray(exif.toString("latin1", 0, 6) === "Exif\0\0" ? 6 : 0);
}
