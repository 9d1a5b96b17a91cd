import { expect, test } from "vitest";
import { singleCharge } from "./virtual-time.ts";

test.each([
  [1, 1],
  [93, 24],
  [4_000, 1_000],
  [334_000, 1_000],
])("a single upload of %i ms of work puts the next off by %i", (cost, charge) => {
  expect(singleCharge(cost)).toBe(charge);
});
