import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flat, heic, heicClaiming, truncated } from "../pictures/index.ts";
import { accepted, bytesOf, finalImage, upload } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";

/** A phone's photo, on its side: the sky lies in the left half of what is stored. */
function photoOnItsSide(): Buffer {
  const row = Array.from({ length: 320 }, (_, x) => (x < 160 ? [90, 140, 220] : [60, 120, 40])).flat();
  const pixels = Buffer.concat(Array.from({ length: 192 }, () => Buffer.from(row)));
  return heic({ width: 320, height: 192, pixels, tiles: [2, 1], quarters: 3 });
}

describe("HEIC through the service", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "1" } });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  it("comes out upright, as JPEG, whatever it is called", async () => {
    const content = photoOnItsSide();
    const variants = JSON.stringify([{ name: "view", width: 96 }]);
    const image = await accepted(pixmill.url, { name: "IMG_0001.jpg", content }, { variants });
    expect(image.original).toMatchObject({ format: "heic", width: 192, height: 320 });
    const done = await finalImage(pixmill.url, image.id);
    expect(done).toMatchObject({ status: "done", variants: [{ format: "jpeg", width: 96, height: 160 }] });
    const view = await bytesOf(await fetch(pixmill.url + done.variants[0]?.url));
    const { data, info } = await sharp(view).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ];
    for (const [[x, y], colour] of [
      [
        [48, 20],
        [90, 140, 220],
      ],
      [
        [48, 140],
        [60, 120, 40],
      ],
    ] as const) {
      const off = Math.max(...at(x, y).map((value, index) => Math.abs(value - (colour[index] ?? 0))));
      expect(off, `${at(x, y)} at ${x}, ${y}`).toBeLessThan(8);
    }
    const original = await fetch(`${pixmill.url}${done.original?.url}`);
    expect(original.headers.get("content-type")).toBe("image/heic");
    expect(Buffer.from(await bytesOf(original)).equals(content)).toBe(true);
  });

  it("that is cut fails alone, and its neighbour is done", async () => {
    const cut = await accepted(pixmill.url, { name: "cut.heic", content: truncated(photoOnItsSide(), 0.6) });
    const whole = await accepted(pixmill.url, {
      name: "whole.heic",
      content: await flat({ width: 400, height: 400, format: "heic" }),
    });
    expect(await finalImage(pixmill.url, cut.id)).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "corrupt_image" },
    });
    expect(await finalImage(pixmill.url, whole.id)).toMatchObject({ status: "done" });
  });

  it("of more pixels than are taken is refused by its header", async () => {
    const response = await upload(pixmill.url, { name: "big.heic", content: heicClaiming(9_000, 9_000) });
    expect(await response.json()).toMatchObject({ status: 422, code: "image_too_large" });
  });
});
