import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  animatedWebp,
  bombs,
  firstFrames,
  flat,
  foreignFiles,
  foreignMarks,
  frameBombs,
  gifAndScript,
  hugePng,
  jpegAndHtml,
  jpegAndPhp,
  jpegAndZip,
  photo,
  pngWithBadChecksum,
  pngWithoutPixels,
  stuffed,
  truncated,
  withExifOrientation,
} from "../pictures/index.ts";
import { accepted, bytesOf, finalImage, type ImageView, upload } from "../support/client.ts";
import { meanDifference } from "../support/engine-pixels.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";

type Make = () => Buffer | Promise<Buffer>;
const small = (format: "jpeg" | "png" = "jpeg") => flat({ width: 400, height: 400, format });

/** For a picture that is odd and not hostile, until it is done or refused. */
const mostMs = 5_000;

/** What each hostile or odd picture must come to: a refusal at once, or one of these final states. */
describe("hostile and odd pictures", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "2" } });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  it.each([...bombs, ...frameBombs])("%s is refused with image_too_large", async (_what, make) => {
    const response = await upload(pixmill.url, { name: "big", content: await make() });
    expect(await response.json()).toMatchObject({ status: 422, code: "image_too_large" });
  });

  it.each(Object.entries(foreignFiles))(
    "%s under the name of a JPEG is refused with unsupported_format",
    async (_kind, content) => {
      const response = await upload(pixmill.url, { name: "cat.jpg", content });
      expect(await response.json()).toMatchObject({ status: 415, code: "unsupported_format" });
    },
  );

  const corrupt: readonly (readonly [string, Make])[] = [
    ["PNG 0×0", () => hugePng(0, 0)],
    ["PNG 2³¹−1 wide", () => hugePng(2 ** 31 - 1, 1)],
    ["PNG without pixels", () => pngWithoutPixels(400, 400)],
    ["PNG with a bad checksum", async () => pngWithBadChecksum(await small("png"))],
    ["GIF that is a script", () => gifAndScript()],
    [
      "JPEG cut in the middle",
      async () => truncated(await photo({ width: 640, height: 480, format: "jpeg" }), 0.5),
    ],
    [
      "WebP cut in the middle",
      async () => truncated(await photo({ width: 640, height: 480, format: "webp" }), 0.5),
    ],
    [
      "AVIF cut in the middle",
      async () => truncated(await photo({ width: 640, height: 480, format: "avif" }), 0.5),
    ],
    [
      "TIFF cut in the middle",
      async () => truncated(await photo({ width: 640, height: 480, format: "tiff" }), 0.5),
    ],
  ];
  it.each(corrupt)("%s is refused or fails with a code of the picture's own fault", async (_what, make) => {
    const outcome = await outcomeOf(await make());
    expect(outcome.ready).toBe(0);
    expect(["corrupt_image", "image_too_large", "unsupported_format"]).toContain(outcome.code);
  });

  const odd: readonly (readonly [string, Make])[] = [
    ...firstFrames,
    ...stuffed,
    ["animated WebP of 200 frames", () => animatedWebp(200, 100)],
  ];
  it.each(odd)("%s is done or refused within five seconds, and the metadata is gone", async (_what, make) => {
    const content = await make();
    let outcome = await outcomeOf(content);
    // On a busy machine any one may wait for its turn.
    for (let tries = 1; tries < 3 && outcome.ms > mostMs; tries += 1) outcome = await outcomeOf(content);
    expect(outcome.ms).toBeLessThan(mostMs);
    if (outcome.ready === 0) expect(["corrupt_image", "image_too_large"]).toContain(outcome.code);
    else expect((await variantOf(outcome.image)).length).toBeLessThan(50_000);
  });

  it.each([
    ["JPEG and ZIP", async () => jpegAndZip(await small())],
    ["JPEG and HTML", async () => jpegAndHtml(await small())],
    ["JPEG and PHP in EXIF", async () => jpegAndPhp(await small())],
  ] as const)("%s is made anew with no foreign byte in the result", async (_what, make) => {
    const { image } = await outcomeOf(await make());
    const text = Buffer.from(await variantOf(image)).toString("latin1");
    for (const mark of foreignMarks) expect(text).not.toContain(mark);
  });

  it.each([
    ["a PNG named .jpg", "cat.jpg", "png"],
    ["a JPEG named .png", "cat.png", "jpeg"],
    ["a JPEG without an extension", "cat", "jpeg"],
  ] as const)("the bytes decide: %s", async (_what, name, format) => {
    const { id } = await accepted(pixmill.url, { name, content: await small(format) });
    const done = await finalImage(pixmill.url, id);
    expect(done).toMatchObject({ status: "done", original: { format }, variants: [{ format }] });
  });

  it("orientations 1 to 8 give the same upright picture, within 1/255", async () => {
    const upright = await photo({ width: 480, height: 360, format: "png" });
    const turns = [
      { angle: 0, flop: false },
      { angle: 0, flop: true },
      { angle: 180, flop: false },
      { angle: 180, flop: true },
      { angle: 90, flop: true },
      { angle: 270, flop: false },
      { angle: 270, flop: true },
      { angle: 90, flop: false },
    ];
    const asked = { variants: JSON.stringify([{ name: "view", width: 120, format: "png" }]) };
    const views: Buffer[] = [];
    for (const [index, { angle, flop }] of turns.entries()) {
      const stored = await sharp(await sharp(upright).rotate(angle).toBuffer())
        .flop(flop)
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toBuffer();
      const content = withExifOrientation(stored, index + 1);
      const image = await accepted(pixmill.url, { name: "turned.jpg", content }, asked);
      expect(image.original).toMatchObject({ width: 480, height: 360 });
      const done = await finalImage(pixmill.url, image.id);
      expect(done.variants[0]).toMatchObject({ width: 120, height: 90 });
      views.push(
        await sharp(await variantOf(done))
          .removeAlpha()
          .raw()
          .toBuffer(),
      );
    }
    const first = views[0] ?? Buffer.alloc(0);
    for (const view of views) expect(meanDifference(first, view)).toBeLessThan(1);
  });

  async function outcomeOf(content: Buffer) {
    const startedAt = performance.now();
    const response = await upload(pixmill.url, { name: "odd", content });
    const answer = (await response.json()) as ImageView & { code?: string };
    if (response.status !== 202) {
      expect(response.status).toBeLessThan(500);
      return { code: answer.code, ready: 0, image: answer, ms: performance.now() - startedAt };
    }
    const image = await finalImage(pixmill.url, answer.id);
    return {
      code: image.error?.code,
      ready: image.variants.filter((v) => v.status === "ready").length,
      image,
      ms: performance.now() - startedAt,
    };
  }

  async function variantOf(image: ImageView): Promise<Uint8Array<ArrayBuffer>> {
    expect(image.status).toBe("done");
    return bytesOf(await fetch(pixmill.url + image.variants[0]?.url));
  }
});
