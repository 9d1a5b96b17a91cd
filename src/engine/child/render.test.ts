import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { meanDifference } from "../../../test/support/engine-pixels.ts";
import { requestFor, testLimits, workFolder } from "../../../test/support/engine-work.ts";
import { outputFormats } from "../../image/format.ts";
import { faultCode } from "./fault.ts";
import { sharp } from "./locked-sharp.ts";
import { render } from "./render.ts";
import { openSource } from "./source.ts";

/** Red, green, blue and white quarters, so that turning and cropping show. */
function quarters(width: number, height: number) {
  const part = (input: string, left: number, top: number) => ({
    input: {
      create: { width: width / 2, height: height / 2, channels: 3 as const, background: input },
    },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: "white" } }).composite([
    part("#ff0000", 0, 0),
    part("#00ff00", width / 2, 0),
    part("#0000ff", 0, height / 2),
  ]);
}

/** Smooth and busy at once, the same in every run: no flat colour hides a shift. */
function scene(width: number, height: number) {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data[at++] = 128 + 100 * Math.sin(x / 37) * Math.cos(y / 23);
      data[at++] = (255 * x) / width;
      data[at++] = 128 + 90 * Math.sin((x + 2 * y) / 61);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function pixels(path: string) {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start = (y * info.width + x) * info.channels;
    return [...data.subarray(start, start + info.channels)];
  };
  return { ...info, data, at };
}

function expectColour(actual: readonly number[], expected: readonly number[], tolerance = 3) {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((actual[index] ?? -999) - value), `${actual} is not ${expected}`).toBeLessThanOrEqual(
      tolerance,
    );
  }
}

describe("render", () => {
  test("cover cuts the middle out, and writes a file of the size that it reports", async () => {
    await using folder = await workFolder();
    await quarters(1200, 800).jpeg({ quality: 95 }).toFile(join(folder.path, "source"));
    const result = await render(requestFor(folder.path, { name: "thumb", width: 300, height: 300 }));
    const file = join(folder.path, "0.jpg");
    expect(result).toEqual({
      rendered: [
        {
          name: "thumb",
          file: "0.jpg",
          format: "jpeg",
          width: 300,
          height: 300,
          bytes: (await readFile(file)).length,
          crc32: crc32(await readFile(file)),
          sha256: createHash("sha256")
            .update(await readFile(file))
            .digest("hex"),
        },
      ],
      failed: [],
      placeholder: {
        thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,40}=*$/),
        color: expect.stringMatching(/^#f[0-9a-f]0[0-9]0[0-9]$/),
      },
    });
    const { width, height, at } = await pixels(file);
    expect([width, height]).toEqual([300, 300]);
    expectColour(at(20, 20), [254, 0, 0]);
    expectColour(at(280, 20), [0, 255, 1]);
    expectColour(at(20, 280), [0, 0, 254]);
    expectColour(at(280, 280), [255, 255, 255]);
  });

  test.each([
    [{ width: 300, height: 300 }, [100, 100]],
    [{ width: 100 }, [100, 50]],
    [{ height: 25 }, [50, 25]],
    [{ width: 1000 }, [200, 100]],
    [{ width: 400, enlarge: true }, [400, 200]],
    [{ width: 50, height: 80, fit: "fill" as const }, [50, 80]],
    [{ width: 60, height: 60, fit: "inside" as const }, [60, 30]],
    [{ width: 60, height: 60, fit: "outside" as const }, [120, 60]],
    [{}, [200, 100]],
  ])("%j of a picture of 200×100 is %j", async (transform, size) => {
    await using folder = await workFolder();
    await quarters(200, 100).png().toFile(join(folder.path, "source"));
    const { rendered } = await render(requestFor(folder.path, transform));
    expect([rendered[0]?.width, rendered[0]?.height]).toEqual(size);
  });

  test("contain lays bars around: the background, else nothing where alpha can be, else white", async () => {
    await using folder = await workFolder();
    await quarters(200, 100).jpeg().toFile(join(folder.path, "source"));
    const square = { width: 80, height: 80, fit: "contain" as const };
    await render(
      requestFor(folder.path, { ...square, background: "#102030" }, square, { ...square, format: "png" }),
    );
    expectColour((await pixels(join(folder.path, "0.jpg"))).at(40, 3), [16, 32, 48]);
    expectColour((await pixels(join(folder.path, "1.jpg"))).at(40, 3), [255, 255, 255]);
    expect((await pixels(join(folder.path, "2.png"))).at(40, 3)[3]).toBe(0);
  });

  test("all eight EXIF orientations give the same upright picture", async () => {
    await using folder = await workFolder();
    const upright = await scene(320, 200).raw().toBuffer();
    const raw = { raw: { width: 320, height: 200, channels: 3 as const } };
    // What must be done to the upright picture so that the orientation undoes it.
    const undo = [
      { angle: 0, flop: false },
      { angle: 0, flop: true },
      { angle: 180, flop: false },
      { angle: 180, flop: true },
      { angle: 270, flop: true },
      { angle: 270, flop: false },
      { angle: 90, flop: true },
      { angle: 90, flop: false },
    ];
    const results: Buffer[] = [];
    for (const [index, { angle, flop }] of undo.entries()) {
      const flopped = await sharp(upright, raw).flop(flop).raw().toBuffer();
      await sharp(flopped, raw)
        .rotate(angle)
        .withMetadata({ orientation: index + 1 })
        .png()
        .toFile(join(folder.path, "source"));
      expect((await openSource(folder.path, testLimits)).header).toMatchObject({ width: 320, height: 200 });
      await render(requestFor(folder.path, { width: 160 }));
      results.push((await pixels(join(folder.path, "0.png"))).data);
    }
    const [first = Buffer.alloc(0), ...others] = results;
    for (const other of others) expect(meanDifference(other, first)).toBeLessThan(1);
    const straight = await sharp(upright, raw).resize(160).raw().toBuffer();
    expect(meanDifference(first, straight)).toBeLessThan(1);
  });

  test("what is transparent becomes the background where no alpha can be written, white by default", async () => {
    await using folder = await workFolder();
    await sharp({
      create: { width: 60, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toFile(join(folder.path, "source"));
    const jpeg = { width: 30, format: "jpeg" as const };
    await render(
      requestFor(
        folder.path,
        jpeg,
        { ...jpeg, background: "#00ff00" },
        { width: 30 },
        { width: 30, background: "#0000ff" },
      ),
    );
    expectColour((await pixels(join(folder.path, "0.jpg"))).at(15, 10), [255, 255, 255]);
    expectColour((await pixels(join(folder.path, "1.jpg"))).at(15, 10), [0, 255, 1]);
    expect((await pixels(join(folder.path, "2.png"))).at(15, 10)[3]).toBe(0);
    expectColour((await pixels(join(folder.path, "3.png"))).at(15, 10).slice(0, 3), [0, 0, 255]);
  });

  test("CMYK, 16-bit, palette, grey and grey with alpha become 8-bit sRGB in the right colours", async () => {
    await using folder = await workFolder();
    const source = join(folder.path, "source");
    const flat = (background: string) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background } });
    const colour = async (...transforms: Parameters<typeof requestFor>[1][]) => {
      const { rendered } = await render(requestFor(folder.path, ...transforms));
      const file = join(folder.path, rendered[0]?.file ?? "");
      expect(await sharp(file).metadata()).toMatchObject({ depth: "uchar" });
      return (await pixels(file)).at(16, 12);
    };
    await flat("#a06050").toColourspace("cmyk").jpeg({ quality: 100 }).toFile(source);
    expect((await sharp(source).metadata()).space).toBe("cmyk");
    const cmyk = await colour({ width: 32 });
    expectColour(cmyk, (await pixels(source)).at(32, 24));
    // CMYK holds fewer colours: the fixture itself is a little off.
    expectColour(cmyk, [160, 96, 80], 12);

    await flat("#3060a0").toColourspace("rgb16").png().toFile(source);
    expect((await sharp(source).metadata()).depth).toBe("ushort");
    expectColour(await colour({ width: 32 }), [48, 96, 160]);

    await flat("#3060a0").png({ palette: true }).toFile(source);
    expectColour(await colour({ width: 32 }), [48, 96, 160]);

    await flat("#808080").toColourspace("b-w").png().toFile(source);
    expectColour((await colour({ width: 32, format: "webp" })).slice(0, 3), [128, 128, 128]);

    const grey = Buffer.alloc(64 * 48 * 2, Buffer.from([200, 128]));
    await sharp(grey, { raw: { width: 64, height: 48, channels: 2 } })
      .png()
      .toFile(source);
    // Half of 200 on white; and once more from shared pixels.
    expectColour((await colour({ width: 32, format: "jpeg" }, { width: 16 })).slice(0, 1), [227]);
  });

  test.each(outputFormats)("writes %s", async (format) => {
    await using folder = await workFolder();
    await quarters(200, 100).png().toFile(join(folder.path, "source"));
    const { rendered } = await render(requestFor(folder.path, { width: 100, format }));
    const { header } = await openSourceOf(folder.path, rendered[0]?.file ?? "");
    expect(header).toMatchObject({ format, width: 100, height: 50 });
  });

  test("keep writes TIFF as PNG when it has alpha, else as JPEG", async () => {
    await using folder = await workFolder();
    await quarters(20, 10).tiff().toFile(join(folder.path, "source"));
    expect((await render(requestFor(folder.path, {}))).rendered[0]?.format).toBe("jpeg");
    await quarters(20, 10).ensureAlpha(0.5).tiff({ compression: "lzw" }).toFile(join(folder.path, "source"));
    expect((await render(requestFor(folder.path, {}))).rendered[0]?.format).toBe("png");
  });

  test("nothing of EXIF, XMP or a comment is left in a result", async () => {
    await using folder = await workFolder();
    await scene(200, 100)
      .withExif({ IFD0: { Copyright: "secret-owner" }, IFD3: { GPSLatitude: "51/1 30/1 3230/100" } })
      .jpeg()
      .toFile(join(folder.path, "source"));
    await render(requestFor(folder.path, { width: 100 }, { width: 50 }));
    for (const file of ["0.jpg", "1.jpg"]) {
      const metadata = await sharp(join(folder.path, file)).metadata();
      expect(metadata.exif).toBeUndefined();
      expect(await readFile(join(folder.path, file), "latin1")).not.toContain("secret-owner");
    }
  });

  test("variants that share a decode look like those made from the source alone", async () => {
    await using together = await workFolder();
    await using apart = await workFolder();
    await scene(2000, 1500).jpeg({ quality: 95 }).toFile(join(together.path, "source"));
    await copyFile(join(together.path, "source"), join(apart.path, "source"));
    const list = [
      { width: 1200 },
      { width: 900, format: "png" as const },
      { width: 400, height: 400 },
      { width: 300, height: 600, position: "left" as const },
      { width: 150, grayscale: true },
    ];
    const { rendered } = await render(requestFor(together.path, ...list));
    expect(rendered).toHaveLength(list.length);
    for (const [index, one] of list.entries()) {
      const [alone] = (await render(requestFor(apart.path, one))).rendered;
      const joined = rendered[index];
      expect([joined?.width, joined?.height]).toEqual([alone?.width, alone?.height]);
      const a = await pixels(join(together.path, joined?.file ?? ""));
      const b = await pixels(join(apart.path, alone?.file ?? ""));
      expect(meanDifference(a.data, b.data), JSON.stringify(one)).toBeLessThan(2);
    }
  });

  test("a variant that cannot be made names itself and costs the others nothing", async () => {
    await using folder = await workFolder();
    await quarters(100, 20).png().toFile(join(folder.path, "source"));
    const tooWide = {
      name: "wide",
      width: 16_384,
      format: "webp" as const,
      enlarge: true,
      fit: "fill" as const,
    };
    const { rendered, failed } = await render(requestFor(folder.path, tooWide, { name: "small", width: 50 }));
    expect(rendered.map(({ name }) => name)).toEqual(["small"]);
    expect(failed).toEqual([{ name: "wide", error: "image_too_large" }]);
  });

  test("a late frame that cannot be decoded costs those of the first frame nothing, though others share it", async () => {
    await using folder = await workFolder();
    const frames = { width: 60, height: 120, channels: 3, pageHeight: 40 } as const;
    const noise = Buffer.from(Array.from({ length: 60 * 120 * 3 }, (_, at) => (at * 7919) % 251));
    const file = await sharp(noise, { raw: frames, animated: true }).gif().toBuffer();
    file.fill(0xff, file.length - 300, file.length - 200);
    await writeFile(join(folder.path, "source"), file);
    const { rendered, failed } = await render(
      requestFor(
        folder.path,
        { name: "large", width: 48, format: "gif" },
        { name: "small", width: 24, format: "gif" },
        { name: "still", width: 30, format: "jpeg" },
      ),
    );
    expect(failed).toEqual(["large", "small"].map((name) => ({ name, error: "corrupt_image" })));
    expect(rendered.map(({ name }) => name)).toEqual(["still"]);
  });

  test.each(["jpeg", "png"] as const)(
    "a truncated %s is corrupt_image, alone or shared, and leaves nothing",
    async (format) => {
      await using folder = await workFolder();
      const source = join(folder.path, "source");
      const { size } = await scene(800, 600).toFormat(format).toFile(source);
      await truncate(source, Math.floor(size * 0.6));
      expect(await codeOf(render(requestFor(folder.path, { width: 300 })))).toBe("corrupt_image");
      expect(await codeOf(render(requestFor(folder.path, { width: 300 }, { width: 100 })))).toBe(
        "corrupt_image",
      );
      expect(await readdir(folder.path)).toEqual(["source"]);
    },
  );

  test.each([
    ["text", "Just words, called a photo by mistake.\n"],
    ["PDF", "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"],
    [
      "SVG",
      `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>`,
    ],
    [
      "SVG that refers to its neighbour",
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10"><image xlink:href="neighbour.png" href="neighbour.png" width="10" height="10"/></svg>`,
    ],
  ])("%s is unsupported_format", async (_name, content) => {
    await using folder = await workFolder();
    await quarters(20, 10).png().toFile(join(folder.path, "neighbour.png"));
    await writeFile(join(folder.path, "source"), content);
    // Not one byte of it is parsed: there is no loader that would.
    await expect(sharp(join(folder.path, "source")).metadata()).rejects.toThrow(/unsupported image format/);
    expect(await codeOf(openSource(folder.path, testLimits))).toBe("unsupported_format");
    expect(await codeOf(render(requestFor(folder.path, {})))).toBe("unsupported_format");
  });

  test("a picture over a limit is image_too_large before a pixel is decoded", async () => {
    await using folder = await workFolder();
    await quarters(200, 100).png().toFile(join(folder.path, "source"));
    const limits = { ...testLimits, maxSide: 150 };
    await expect(render({ ...requestFor(folder.path, {}), limits })).rejects.toMatchObject({
      code: "image_too_large",
    });
  });
});

/** What the parent would hear of it. */
function codeOf(work: Promise<unknown>) {
  return work.then(() => "no error", faultCode);
}

async function openSourceOf(folder: string, file: string) {
  await using other = await workFolder();
  await copyFile(join(folder, file), join(other.path, "source"));
  // Awaited here: the folder goes when this function returns.
  return await openSource(other.path, testLimits);
}
