import { describe, expect, it } from "vitest";
import { readHeader } from "./read-header.ts";

const headerOf = (text: string | Uint8Array, svg = true) => {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return readHeader(async (start, length) => bytes.subarray(start, start + length), bytes.length, { svg });
};
const root = (attributes: string) => `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}/>`;

describe("the size of an SVG", () => {
  it.each([
    ['width="24" height="12"', 24, 12],
    ['width="24px" height="1in"', 24, 96],
    ['width="10mm" height="12pt" viewBox="0 0 1 1"', 38, 16],
    ['viewBox="0 0 48 24"', 48, 24],
    ['width="100%" height="2em" viewBox="0,0,48,24"', 48, 24],
    ['width="96" viewBox="0 0 48 24"', 96, 48],
    ['height="96" viewBox="0 0 48 24"', 192, 96],
    ['width="96"', 96, 150],
    ["", 300, 150],
    ['width="0.2" height="1.6"', 1, 2],
  ])("with %s is %i×%i", async (attributes, width, height) => {
    expect(await headerOf(root(attributes))).toMatchObject({ format: "svg", width, height, frames: 1 });
  });

  it("is found behind a byte order mark, a declaration and comments", async () => {
    const text = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${root('width="3" height="4"')}`;
    expect(await headerOf(text)).toMatchObject({ width: 3, height: 4 });
  });

  it.each([
    ["a DOCTYPE", `<!DOCTYPE svg>${root("")}`, "unsupported_format"],
    ["a style sheet beside it", `<?xml-stylesheet href="a.css"?>${root("")}`, "unsupported_format"],
    ["a root of another kind", "<svg/>", "unsupported_format"],
    ["a root that does not end", '<svg xmlns="http://www.w3.org/2000/svg" width="1', "corrupt_image"],
    ["no width", root('width="0" height="4"'), "corrupt_image"],
    ["too many bytes", root("") + " ".repeat(5 * 1024 * 1024), "file_too_large"],
  ])("of one with %s is refused", async (_what, text, code) => {
    await expect(headerOf(text)).rejects.toMatchObject({ code });
  });

  it("is not read where SVG is off", async () => {
    await expect(headerOf(root(""), false)).rejects.toMatchObject({ code: "unsupported_format" });
  });
});
