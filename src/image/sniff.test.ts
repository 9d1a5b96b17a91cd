import { describe, expect, it } from "vitest";
import { flat, foreignFiles, heicStart, isoBox } from "../../test/pictures/index.ts";
import { formats } from "./format.ts";
import { looksLikeSvg, sniffFormat } from "./sniff.ts";

const ftyp = (brands: string) => isoBox("ftyp", Buffer.from(brands, "latin1"));

describe("the first bytes", () => {
  it.each(formats.filter((format) => format !== "svg"))("tell %s", async (format) => {
    expect(sniffFormat(await flat({ width: 3, height: 2, format }))).toBe(format);
  });

  it.each([
    ["MM\0*\0\0\0\x08", "tiff"],
    ["II+\0\x08\0\0\0", "tiff"],
    ["GIF87a", "gif"],
  ] as const)("tell %j, the other spelling of %s", (start, format) => {
    expect(sniffFormat(Buffer.from(start, "latin1"))).toBe(format);
  });

  it("tell AVIF by a compatible brand, behind a general major one", () => {
    expect(sniffFormat(ftyp("mif1\0\0\0\0mif1miafavif"))).toBe("avif");
    expect(sniffFormat(ftyp("avis\0\0\0\0msf1"))).toBe("avif");
  });

  it("do not tell AVIF by a word that lies behind the brands", () => {
    expect(sniffFormat(Buffer.concat([ftyp("mp42\0\0\0\0isom"), Buffer.from("avif")]))).toBeUndefined();
  });

  it.each(["heic", "heix", "hevc", "mif1", "msf1"])("tell HEIC by its brand %s", (brand) => {
    expect(sniffFormat(heicStart(brand))).toBe("heic");
  });

  it("tell HEIC by a major brand that AVIF is only compatible with", () => {
    expect(sniffFormat(ftyp("heic\0\0\0\0mif1avif"))).toBe("heic");
  });

  it.each(["svg", "svgWithProlog", "svgWithEntities"] as const)(
    "name %s as SVG and do not read it",
    (file) => {
      expect(sniffFormat(foreignFiles[file])).toBeUndefined();
      expect(looksLikeSvg(foreignFiles[file])).toBe(true);
    },
  );

  it.each(["svgz", "html", "text", "pdf", "eps", "mvg", "vips", "zip", "bmp"] as const)(
    "of %s tell nothing",
    (file) => {
      expect(sniffFormat(foreignFiles[file])).toBeUndefined();
      expect(looksLikeSvg(foreignFiles[file])).toBe(false);
    },
  );

  it.each(formats.filter((format) => format !== "svg"))(
    "of %s tell nothing while they are too few",
    async (format) => {
      const file = await flat({ width: 3, height: 2, format });
      expect(sniffFormat(file.subarray(0, 2))).toBeUndefined();
      expect(sniffFormat(new Uint8Array(0))).toBeUndefined();
    },
  );
});
