import { describe, expect, it } from "vitest";
import { prefersHtml } from "./accept-html.ts";

describe("an Accept header", () => {
  it.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["text/html", true],
    ["text/*;q=0.5", true],
    ["TEXT/HTML;level=1, application/json;q=0.9", true],
    [undefined, false],
    ["", false],
    ["*/*", false],
    ["application/json", false],
    ["application/json, text/html;q=0.9", false],
    ["application/json, text/html", false],
    ["text/html;q=0, */*", false],
  ])("%s prefers a page: %s", (accept, page) => {
    expect(prefersHtml(accept)).toBe(page);
  });
});
