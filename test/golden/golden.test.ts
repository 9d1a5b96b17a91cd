import { beforeAll, describe, expect, test } from "vitest";
import { differences } from "./compare.ts";
import { makeFingerprints } from "./fingerprint.ts";
import { type Reference, readReference } from "./reference.ts";
import { rows } from "./rows.ts";

let made: Reference;
let reference: Reference;
beforeAll(async () => {
  [made, reference] = await Promise.all([makeFingerprints(), readReference()]);
});

describe("a result looks as it did", () => {
  test.each(rows)("$name", async ({ name }) => {
    expect(await differences(made[name], reference[name])).toEqual([]);
  });

  test("and there is no reference of what is not made", () => {
    expect(Object.keys(reference).sort()).toEqual(rows.map(({ name }) => name).sort());
  });
});

/** Pairs that one step sets apart: a table that does not tell them apart would not see that step go wrong. */
test.each([
  ["jpeg: square", "jpeg: square, left"],
  ["jpeg: square", "jpeg: square, attention"],
  ["jpeg: wide, top", "jpeg: wide, bottom"],
  ["jpeg: with bars", "jpeg: with blue bars"],
  ["jpeg: square", "jpeg: stretched"],
  ["jpeg: half", "jpeg: grey"],
  ["jpeg: half", "jpeg: blurred"],
  ["jpeg: half", "jpeg: sharpened"],
  ["jpeg: half", "jpeg: quality 20"],
  ["jpeg: square", "adobe: square"],
  ["palette: square", "p3: square"],
  ["fading: as JPEG", "fading: as JPEG on green"],
  ["gif: square", "gif: as JPEG"],
])("%s is told from %s", async (one, other) => {
  expect(await differences(reference[one], reference[other])).not.toEqual([]);
});
