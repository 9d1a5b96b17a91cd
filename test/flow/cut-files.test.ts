import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyKind, truncated } from "../pictures/index.ts";
import { accepted, bytesOf, finalImage, type ImageView, upload } from "../support/client.ts";
import { meanDifference } from "../support/engine-pixels.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";

/** The cut takes what is not shown: an HDR layer, smaller copies. What comes first is the whole picture. */
const shownFirst = new Set(["JPEG with a gain map", "pyramid TIFF"]);
const percents = Array.from({ length: 19 }, (_, index) => (index + 1) * 5);

describe("a file that is cut, at each 5 % of its length", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill();
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  it.each(everyKind)("$name: never half a picture", async ({ name, format, make }) => {
    const content = await make();
    const { id } = await accepted(pixmill.url, { name, content });
    const whole = await finalImage(pixmill.url, id);
    expect(whole).toMatchObject({ status: "done", original: { format } });
    const expected = await shown(whole);

    const outcomes = await Promise.all(
      percents.map(async (percent) => ({ percent, ...(await outcomeOf(truncated(content, percent / 100))) })),
    );
    for (const { percent, code, image } of outcomes) {
      if (shownFirst.has(name) && image) {
        expect(meanDifference(await shown(image), expected), `cut at ${percent} %`).toBeLessThan(4);
      } else {
        expect(code, `cut at ${percent} %`).toBe("corrupt_image");
      }
    }
    expect(outcomes.some(({ image }) => image)).toBe(shownFirst.has(name));
  });

  it.each([
    ["animated GIF", "trailer", 1],
    ["GIF", "trailer", 1],
    ["PNG", "end mark", 12],
    ["interlaced PNG", "end mark", 12],
  ] as const)("a whole %s that lacks only its %s is taken", async (name, _what, bytes) => {
    const content = await everyKind.find((kind) => kind.name === name)?.make();
    const { image } = await outcomeOf(content?.subarray(0, -bytes) ?? Buffer.alloc(0));
    expect(image?.status).toBe("done");
  });

  /** `corrupt_image` at once or later; an image only when it is done. */
  async function outcomeOf(content: Buffer): Promise<{ code?: string | undefined; image?: ImageView }> {
    const response = await upload(pixmill.url, { name: "cut", content });
    const answer = (await response.json()) as ImageView & { code?: string };
    if (response.status === 422) return { code: answer.code };
    expect(response.status).toBe(202);
    const image = await finalImage(pixmill.url, answer.id);
    return image.status === "done" ? { image } : { code: image.error?.code };
  }

  async function shown(image: ImageView): Promise<Buffer> {
    const [variant] = image.variants;
    const content = await bytesOf(await fetch(pixmill.url + variant?.url));
    return await sharp(content, { pages: 1 }).removeAlpha().raw().toBuffer();
  }
});
