import { expect, test } from "vitest";
import { curlOf, jsonOf } from "./recipe.ts";

const base = "http://localhost:5000/";

test("the default needs no more than the file", () => {
  expect(curlOf({}, { base, needsKey: false })).toBe(
    "curl -F 'file=@cat.jpg' \\\n  'http://localhost:5000/upload'",
  );
});

test("variants are given as they are", () => {
  const wish = { variants: [{ name: "card", width: 400 }] };
  expect(curlOf(wish, { base, needsKey: true })).toContain(`-F 'variants=[{"name":"card","width":400}]'`);
  expect(JSON.parse(jsonOf(wish))).toMatchObject(wish);
});

test("a quote in a preset's name does not end the shell's", () => {
  expect(curlOf({ preset: "it's" }, { base, needsKey: false })).toContain(String.raw`'preset=it'\''s'`);
});
