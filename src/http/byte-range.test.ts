import { describe, expect, it } from "vitest";
import { parseRange } from "./byte-range.ts";

describe("a Range header for 100 bytes", () => {
  it.each([
    ["bytes=0-9", { start: 0, end: 9 }],
    ["bytes=90-", { start: 90, end: 99 }],
    ["bytes=-10", { start: 90, end: 99 }],
    ["bytes=-1000", { start: 0, end: 99 }],
    ["bytes=50-1000", { start: 50, end: 99 }],
    ["Bytes= 99-99 ", { start: 99, end: 99 }],
  ])("asks for a part: %s", (header, range) => {
    expect(parseRange(header, 100)).toEqual(range);
  });

  it.each(["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"])(
    "asks for what is not there: %s",
    (header) => {
      expect(parseRange(header, 100)).toBe("unsatisfiable");
    },
  );

  it.each([
    undefined,
    "",
    "bytes=",
    "bytes=-",
    "bytes=9-1",
    "bytes=1-2,4-5",
    "items=0-1",
    "bytes=1.5-2",
    "bytes=0x1-2",
  ])("means the whole file: %s", (header) => {
    expect(parseRange(header, 100)).toBeUndefined();
  });
});
