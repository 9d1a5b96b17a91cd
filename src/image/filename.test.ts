import { describe, expect, it } from "vitest";
import { displayName, keyStem } from "./filename.ts";

describe("displayName", () => {
  it.each([
    ["cat.jpg", "cat.jpg"],
    ["../../etc/passwd", "passwd"],
    ["/etc/cron.d/x.png", "x.png"],
    ["C:\\Windows\\win.ini", "win.ini"],
    ["C:boot.ini", "boot.ini"],
    ["\\\\?\\C:\\a.jpg", "a.jpg"],
    ["\\\\.\\COM1", "COM1"],
    ["a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"],
    ["cat.jpg\u0000.exe", "cat.jpg.exe"],
    ["\u202Egpj.exe", "gpj.exe"],
    ["a\u2066b\u2069\u200Fc\u061C.png", "abc.png"],
    ["a\u2028b\u0085c.png", "abc.png"],
    ["\uD800lone\uDC00.jpg", "lone.jpg"],
    ["cafe\u0301.jpg", "café.jpg"],
    ["фото.jpg", "фото.jpg"],
    ["👩‍👩‍👧 us.jpg", "👩‍👩‍👧 us.jpg"],
    ["  spaced.jpg  ", "spaced.jpg"],
  ])("shows %j as %j", (raw, shown) => {
    expect(displayName(raw)).toBe(shown);
  });

  it.each([undefined, "", "   ", "\u0000\n", "..", "../..", "dir/", "C:", "\u202E"])(
    "calls %j `image`",
    (raw) => {
      expect(displayName(raw)).toBe("image");
    },
  );

  it("keeps at most 255 bytes and cuts no code point in two", () => {
    const name = displayName(`a${"😀".repeat(10_000)}.jpg`);
    expect(name).toBe(`a${"😀".repeat(63)}`);
    expect(Buffer.byteLength(displayName("é".repeat(200)))).toBe(254);
    expect(displayName("x".repeat(255))).toHaveLength(255);
  });

  it("is quick with a megabyte of combining marks", () => {
    const hostile = "\u0301\u0316".repeat(500_000);
    expect(Buffer.byteLength(displayName(`a${hostile}`))).toBeLessThanOrEqual(255);
  });

  it("leaves its own result as it is", () => {
    for (const raw of ["../a\u0301\u202E.jpg", `${"é".repeat(300)}`, "C:x", ""]) {
      expect(displayName(displayName(raw))).toBe(displayName(raw));
    }
  });
});

describe("keyStem", () => {
  it.each([
    ["cat.jpg", "cat"],
    ["My Holiday (1).JPEG", "my-holiday-1"],
    ["Crème brûlée.png", "creme-brulee"],
    ["archive.tar.gz", "archive-tar"],
    ["snake_case-name.webp", "snake_case-name"],
    [".htaccess", "htaccess"],
    ["--rm -rf.jpg", "rm-rf"],
    ["photo.jpg[shrink=8]", "photo"],
    ["фото.jpg", "image"],
    ["😀", "image"],
    ["../../x.y", "x"],
    ["", "image"],
  ])("makes of %j the stem %j", (name, stem) => {
    expect(keyStem(name)).toBe(stem);
  });

  it("has at most 40 characters and ends in none that is only a separator", () => {
    expect(keyStem(`${"a".repeat(39)} b.jpg`)).toBe("a".repeat(39));
    expect(keyStem("a".repeat(10_000))).toHaveLength(40);
  });
});
