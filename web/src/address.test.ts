import { expect, test } from "vitest";
import { hrefOf, parseAddress } from "./address.ts";

test("an address without a view is that of the images", () => {
  expect(parseAddress("?batch=b1")).toEqual({ view: "images", parameters: new Map([["batch", "b1"]]) });
});

test("what a link says is read back", () => {
  const { view, parameters } = parseAddress(hrefOf("failures", { batch: "a&b" }).slice(2));
  expect([view, ...parameters]).toEqual(["failures", ["batch", "a&b"]]);
});

test("the images have the shortest address", () => {
  expect([hrefOf("images"), hrefOf("images", { image: "i1" })]).toEqual(["./", "./?image=i1"]);
});
