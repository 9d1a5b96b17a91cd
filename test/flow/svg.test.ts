import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accepted, bytesOf, finalImage, upload } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { Receiver } from "../support/receiver.ts";

const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const svg = (inside: string, attributes = 'viewBox="0 0 24 24"') =>
  `<svg ${names} ${attributes}>${inside}</svg>`;
const green = '<rect width="24" height="24" fill="#00ff00"/>';
/** A picture that is red all over, to be seen where it is read. */
const red = sharp({ create: { width: 24, height: 24, channels: 3, background: "#ff0000" } });

const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
  "",
);
const uses = Array.from(
  { length: 9 },
  (_, at) => `<g id="l${at + 1}">${`<use xlink:href="#l${at}"/>`.repeat(10)}</g>`,
).join("");

/** Refused with a code: by the request or, where only the whole file shows it, by the engine. */
const refused = {
  "a billion laughs": [
    `<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs}]>${svg("<text>&l9;</text>")}`,
    "unsupported_format",
  ],
  "an external entity": [
    `<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>${svg("<text>&e;</text>")}`,
    "unsupported_format",
  ],
  "a million elements": [svg("<g/>".repeat(1_000_000)), "unsupported_format"],
  "a viewport of a million by a million": [svg(green, 'width="1000000" height="1000000"'), "image_too_large"],
  "uses in uses": [svg(`<rect id="l0" width="1" height="1"/>${uses}`), "unsupported_format"],
  "a gzipped SVG": [gzipSync(svg(green)), "unsupported_format"],
} as const satisfies Record<string, readonly [string | Buffer, string]>;

/** Drawn without what they ask for. `FILE`: a red picture that is there; `WEB`: a server that listens. */
const emptied = {
  "a picture beside it": '<image href="FILE" xlink:href="FILE" width="24" height="24"/>',
  "a picture by its file's address":
    '<image href="file://FILE" xlink:href="file://FILE" width="24" height="24"/>',
  XInclude: '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="FILE" parse="text"/>',
  "an imported style sheet": "<style>@import url(WEB/a.css); rect{fill:#ff0000}</style>",
  "a picture on the web": '<image href="WEB/a.png" xlink:href="WEB/a.png" width="24" height="24"/>',
  "a script": "<script href='WEB/a.js'>fetch('WEB')</script>",
};

async function pixel(bytes: Uint8Array, x: number, y: number) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * 4;
  return [...data.subarray(at, at + 4)];
}

describe("SVG through a service that was not told to read it", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "1" } });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  const files: [string, string | Buffer][] = [
    ["a plain drawing", svg(green)],
    ...Object.entries(refused).map(([name, [content]]): [string, string | Buffer] => [name, content]),
    ...Object.entries(emptied).map(([name, inside]): [string, string] => [name, svg(inside)]),
  ];
  it.each(files)("is refused: %s", async (_name, content) => {
    const response = await upload(pixmill.url, { name: "photo.jpg", content: Buffer.from(content) });
    expect(await response.json()).toMatchObject({ status: 415, code: "unsupported_format" });
  });
});

describe("SVG through a service that reads it", () => {
  let pixmill: Pixmill;
  let web: Receiver;
  let neighbour: string;
  beforeAll(async () => {
    web = await Receiver.start();
    pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "1", PIXMILL_SVG: "on" } });
    neighbour = join(pixmill.storage, "neighbour.png");
    await writeFile(neighbour, await red.png().toBuffer());
  });
  afterAll(async () => {
    await pixmill?.stop();
    await web?.close();
    await removeFolder(pixmill.storage);
  });

  async function drawn(content: string, variants: object[]) {
    const fields = { variants: JSON.stringify(variants) };
    const image = await accepted(pixmill.url, { name: "a.svg", content: Buffer.from(content) }, fields);
    const done = await finalImage(pixmill.url, image.id);
    expect(done).toMatchObject({ status: "done" });
    const [variant] = done.variants;
    return { done, bytes: await bytesOf(await fetch(pixmill.url + variant?.url)) };
  }

  it("is drawn at the size that is asked for: an edge of a 24 px icon is sharp at 300", async () => {
    const icon = svg('<rect width="12" height="24" fill="#ff0000"/>');
    const { done, bytes } = await drawn(icon, [{ name: "large", width: 300 }]);
    expect(done).toMatchObject({
      original: { format: "svg", width: 24, height: 24 },
      variants: [{ format: "png", width: 300, height: 300 }],
    });
    expect(await pixel(bytes, 149, 150)).toEqual([255, 0, 0, 255]);
    expect((await pixel(bytes, 150, 150))[3]).toBe(0);
  });

  it.each(["svg{width:500px;height:400px}", "*{width:9px !important;height:9px!important}"])(
    "is drawn to its size, whatever its sheet says of it: %s",
    async (sheet) => {
      const sized = svg(`<style>${sheet}</style><path d="M0 0H24V24H0Z" fill="#ff0000"/>`);
      const { done, bytes } = await drawn(sized, [{ name: "v", width: 60 }]);
      expect(done).toMatchObject({ variants: [{ width: 60, height: 60 }] });
      expect(await pixel(bytes, 2, 2)).toEqual([255, 0, 0, 255]);
      expect(await pixel(bytes, 57, 57)).toEqual([255, 0, 0, 255]);
    },
  );

  it("is as transparent, and lies where, its sheet says: once", async () => {
    const half = svg('<style>svg{opacity:.5}</style><rect width="24" height="24" fill="#ff0000"/>');
    const { bytes } = await drawn(half, [{ name: "v", width: 24 }]);
    const [, , , alpha = 0] = await pixel(bytes, 12, 12);
    expect(Math.abs(alpha - 128)).toBeLessThan(3);
    const sheet = "<style>svg{transform:translateX(6px)}</style>";
    const moved = svg(`${sheet}<rect width="6" height="24" fill="#ff0000"/>`);
    const { bytes: picture } = await drawn(moved, [{ name: "v", width: 24 }]);
    expect(await pixel(picture, 9, 12)).toEqual([255, 0, 0, 255]);
    expect((await pixel(picture, 15, 12))[3]).toBe(0);
  });

  it("is cut and laid out as a photo is, and carries pictures of its own", async () => {
    const carried = `data:image/png;base64,${(await red.png().toBuffer()).toString("base64")}`;
    const wide = svg(`<image href="${carried}" width="24" height="24"/>`, 'width="48" height="24"');
    const { done, bytes } = await drawn(wide, [{ name: "v", width: 200, height: 200, format: "jpeg" }]);
    expect(done).toMatchObject({ variants: [{ format: "jpeg", width: 200, height: 200 }] });
    const [r = 0, g = 255] = await pixel(bytes, 60, 100);
    expect([r > 240, g < 15]).toEqual([true, true]);
    expect((await pixel(bytes, 160, 100))[1]).toBeGreaterThan(240);
  });

  it.each(Object.entries(emptied))("reads and fetches nothing for %s", async (_name, inside) => {
    const content = svg(green + inside.replaceAll("FILE", neighbour).replaceAll("WEB", web.url));
    const { bytes } = await drawn(content, [{ name: "v", width: 48 }]);
    expect(await pixel(bytes, 24, 24)).toEqual([0, 255, 0, 255]);
    expect(web.received).toEqual([]);
  });

  it.each(Object.entries(refused))("refuses %s, and the next is done", async (_name, [content, code]) => {
    const response = await upload(pixmill.url, { name: "photo.jpg", content: Buffer.from(content) });
    const answer = (await response.json()) as { id: string };
    if (response.status === 202) {
      expect(await finalImage(pixmill.url, answer.id)).toMatchObject({ status: "failed", error: { code } });
    } else expect(answer).toMatchObject({ code });
    await drawn(svg(green), [{ name: "v", width: 24 }]);
  });

  it("is handed back as it came, to be kept and never to be shown", async () => {
    const content = svg(`<script>alert(1)</script>${green}`);
    const { done } = await drawn(content, [{ name: "v", width: 24 }]);
    const original = await fetch(`${pixmill.url}${done.original?.url}`);
    expect(original.headers.get("content-type")).toBe("image/svg+xml");
    expect(original.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(original.headers.get("x-content-type-options")).toBe("nosniff");
    expect(original.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(await original.text()).toBe(content);
  });
});
