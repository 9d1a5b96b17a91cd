import { describe, expect, it } from "vitest";
import { cleanSvg } from "./clean-svg.ts";
import { faultCode } from "./fault.ts";

const svg = (inside: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" ${attributes}>${inside}</svg>`;
const cleaned = (inside: string) => cleanSvg(svg(inside)).markup.replace(/^<svg [^>]*>(.*)<\/svg>$/, "$1");

function codeOf(text: string) {
  try {
    return cleanSvg(text).markup;
  } catch (error) {
    return faultCode(error);
  }
}

describe("a cleaned SVG", () => {
  it("keeps shapes, text, styles, references inside it and pictures it carries", () => {
    const drawing =
      '<style>.a{fill:url(#g)}</style><g id="g" class="a" transform="scale(2)"><path d="M0 0L1 1" style="fill:red"></path></g>' +
      '<text x="1">a &amp; b</text><use href="#g"></use><image href="data:image/png;base64,AAAA"></image>';
    expect(cleaned(drawing)).toBe(drawing);
  });

  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["foreign content", '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">x</div></foreignObject>'],
    ["a link", '<a href="http://example.com"><rect/></a>'],
    ["animation", '<animate attributeName="x"/><set attributeName="href" to="http://example.com"/>'],
    ["a filter", '<filter id="f"><feImage href="/etc/passwd"/></filter>'],
    ["XInclude", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'],
  ])("has not %s", (_what, inside) => {
    expect(cleaned(inside)).toBe("");
  });

  it.each([
    ["an event", '<g onload="alert(1)"/>'],
    ["a file", '<g fill="url(file:///etc/passwd)"/>'],
    ["a file spelt with an escape", '<g style="fill:u\\72l(file:///etc/passwd)"/>'],
    ["an address split by a comment", '<g style="fill:url/**/(http://example.com)"/>'],
    ["a filter function", '<g filter="blur(5px)"/>'],
    ["a base", '<g xml:base="file:///etc/"/>'],
  ])("has no attribute with %s", (_what, inside) => {
    expect(cleaned(inside)).toBe("<g></g>");
  });

  it.each([
    "file:///etc/passwd",
    "neighbour.png",
    "http://example.com/a.png",
    "data:image/svg+xml;base64,AAAA",
  ])("names no %s", (href) => {
    expect(cleaned(`<image href="${href}" xlink:href="${href}"/>`)).toBe("<image></image>");
    expect(cleaned(`<use href="${href}#a" xlink:href="${href}#a"/>`)).toBe("<use></use>");
  });

  it("has no sheet that imports or names another file, however it is spelt", () => {
    for (const sheet of [
      '@import "a.css";',
      "@\\69mport 'a.css';",
      ".a{fill:url(a.svg#b)}",
      "<![CDATA[@import 'a']]>",
    ]) {
      expect(cleaned(`<style>${sheet}</style>`)).toBe("<style></style>");
    }
  });

  it.each([
    ["a DOCTYPE", `<!DOCTYPE svg [<!ENTITY a "b">]>${svg("&a;")}`, "unsupported_format"],
    ["a processing instruction", `<?xml-stylesheet href="a.css"?>${svg("")}`, "unsupported_format"],
    ["an entity of nobody", svg("<text>&a;</text>"), "corrupt_image"],
    ["no end", svg("<g>"), "corrupt_image"],
    ["too many elements", svg("<g/>".repeat(50_000)), "unsupported_format"],
    ["too many levels", svg("<g>".repeat(256) + "</g>".repeat(256)), "unsupported_format"],
    [
      "too many levels of what is left out",
      svg("<a>".repeat(256) + "</a>".repeat(256)),
      "unsupported_format",
    ],
    ["an element that draws itself", svg('<g id="a"><use href="#a"/></g>'), "unsupported_format"],
  ])("is not made of one with %s", (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("is not made where uses multiply", () => {
    const level = (at: number) => `<g id="l${at}">${`<use href="#l${at - 1}"/>`.repeat(10)}</g>`;
    const levels = (count: number) =>
      svg(`<g id="l0"/>${Array.from({ length: count }, (_, at) => level(at + 1)).join("")}`);
    expect(codeOf(levels(3))).toContain("<use");
    expect(codeOf(levels(7))).toBe("unsupported_format");
  });

  it("tells how many layers lie in each other, through references too", () => {
    const nested = '<g opacity=".5"><g mask="url(#m)"/></g><mask id="m"><g style="opacity:.1"/></mask>';
    expect(cleanSvg(svg(nested)).layers).toBe(4);
    expect(cleanSvg(svg('<g fill-opacity=".5"/>')).layers).toBe(0);
    expect(cleanSvg(svg("<style>g{opacity:.5}</style><g><g/></g>")).layers).toBe(3);
  });

  it("keeps the size of its root, whatever CSS says", () => {
    const { markup, size } = cleanSvg(svg("", 'style="width:1px;stroke-width:2"'));
    expect(size).toEqual({ width: 9, height: 9 });
    expect(markup).toContain('style="width:9px!important;height:9px!important;;stroke-width:2"');
  });
});
