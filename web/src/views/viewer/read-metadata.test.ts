import sharp from "sharp";
import { expect, test } from "vitest";
import { factsOf } from "./read-metadata.ts";

async function photo(): Promise<Buffer> {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#808080" } });
  const exif = {
    IFD0: { Make: "Mill", Model: "Mill One", Artist: "Jane", Orientation: "6" },
    IFD2: {
      DateTimeOriginal: "2026:05:01 12:30:00",
      ExposureTime: "1/125",
      FNumber: "28/10",
      ISOSpeedRatings: "200",
    },
    IFD3: { GPSLatitudeRef: "S", GPSLatitude: "6/1 10/1 0/1" },
  };
  return await picture.withExif(exif).withIccProfile("p3").jpeg().toBuffer();
}

async function factsOfFile(file: Buffer) {
  const { load } = await import("exifreader");
  return factsOf(load(file, { expanded: true }));
}

test("what a camera wrote is told in its own words", async () => {
  expect(await factsOfFile(await photo())).toMatchObject({
    camera: "Mill One",
    takenAt: "2026-05-01T12:30:00",
    exposure: "1/125",
    aperture: "f/2.8",
    sensitivity: "200",
    author: "Jane",
    colours: expect.stringContaining("P3"),
    hasPlace: true,
  });
});

test("nothing tells where that was", async () => {
  expect(JSON.stringify(await factsOfFile(await photo()))).not.toMatch(/lat|long|10/i);
});

test("a file without metadata says nothing", () => {
  expect(factsOf({} as Parameters<typeof factsOf>[0])).toEqual({});
});

test("an upright picture, a moment that is none and empty texts are not told", () => {
  const tag = (value: unknown, description = String(value)) => ({ id: 0, value, description });
  const exif = {
    Orientation: tag(1),
    DateTimeOriginal: tag(["0000:00:00 00:00:00"], "0000:00:00 00:00:00"),
    Make: tag([" "], " "),
  };
  expect(factsOf({ exif } as Parameters<typeof factsOf>[0])).toEqual({});
  expect(factsOf({ exif: { Orientation: tag(6) } } as Parameters<typeof factsOf>[0])).toEqual({
    orientation: 6,
  });
});
