import { expect, test } from "vitest";
import { en } from "./en.ts";
import { id } from "./id.ts";

test("one image is not a plural", () => {
  expect([en.images(0), en.images(1), en.images(1200)]).toEqual(["0 images", "1 image", "1,200 images"]);
});

test("Indonesian has what English has, and hardly a word is left in English", () => {
  const english = sentences(en);
  const indonesian = sentences(id);
  expect([...indonesian.keys()]).toEqual([...english.keys()]);
  const same = [...english]
    .filter(([key, sentence]) => sentence && indonesian.get(key) === sentence)
    .map(([key]) => key);
  expect(same).toEqual([]);
});

/** The sentences of a table by their paths; of those with values in them, the paths alone. */
function sentences(table: object, path = ""): Map<string, string | undefined> {
  return new Map(
    Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "object" && value !== null
        ? [...sentences(value, `${path}${key}.`)]
        : [[`${path}${key}`, typeof value === "string" ? value : undefined] as const],
    ),
  );
}
