import { expect, test } from "vitest";
import { together } from "./announce.ts";

const changed = (number: number) => `${number} changed.`;
const refused = (number: number) => `${number} refused.`;
const of = (many: (number: number) => string, number: number) =>
  Array.from({ length: number }, (_, at) => ({ sentence: `${at} ${many(1)}`, many }));

test("a few are told one by one", () => {
  expect(together(of(changed, 2))).toBe("0 1 changed. 1 1 changed.");
});

test("many are told as the number of their kind", () => {
  const news = [...of(refused, 16), { sentence: "Copied", many: undefined }, ...of(changed, 4)];
  expect(together(news)).toBe("16 refused. Copied 4 changed.");
});
