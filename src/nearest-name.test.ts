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

test("a name of megabytes is near nothing, and is not compared letter by letter", () => {
  const endless = "x".repeat(16 * 1024 * 1024);
  const before = process.cpuUsage();
  expect(nearestName(endless, keys)).toBeUndefined();
  const { user } = process.cpuUsage(before);
  // Compared, it would take seconds of CPU; its length alone takes milliseconds.
  expect(user / 1000).toBeLessThan(500);
});
