import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const keys = ["width", "height", "fit", "format", "position"];

test.each([
  ["widht", "width"],
  ["hieght", "height"],
  ["Width", "width"],
  ["formt", "format"],
  ["fitt", "fit"],
  ["postion", "position"],
])("%s was meant to be %s", (wrong, meant) => {
  expect(nearestName(wrong, keys)).toBe(meant);
});

test("a word that is near nothing gets no suggestion", () => {
  expect(nearestName("colour", keys)).toBeUndefined();
  expect(nearestName("", keys)).toBeUndefined();
  expect(nearestName("width", [])).toBeUndefined();
});

test("the nearest of several wins", () => {
  expect(nearestName("PIXMILL_MAX_SIDES", ["PIXMILL_MAX_SIZE", "PIXMILL_MAX_SIDE"])).toBe("PIXMILL_MAX_SIDE");
});
