import { describe, expect, it } from "vitest";
import { newImageId } from "../image/image-id.ts";
import {
  assertKey,
  assertPrefix,
  attemptOf,
  imageIdOf,
  isKey,
  originalKey,
  resultPrefix,
  variantKey,
} from "./object-key.ts";

const id = "019ab5b8-3c00-7abc-8def-0123456789ab";
const day = "2025-11-24";

describe("object keys", () => {
  it("can be browsed: day, id, cleaned name, variant", () => {
    expect(originalKey(id, "My Cat.JPG", "jpeg")).toBe(`uploads/${day}/${id}-my-cat.jpg`);
    expect(
      variantKey({ imageId: id, filename: "My Cat.JPG", variant: "thumb", attempt: 1, format: "webp" }),
    ).toBe(`processed/${day}/${id}/my-cat-thumb.1.webp`);
  });

  it("name the attempt that fetched an original, and none where it was sent", () => {
    expect(originalKey(id, "cat.jpg", "jpeg", 3)).toBe(`uploads/${day}/${id}-cat.3.jpg`);
    expect(attemptOf(originalKey(id, "cat.jpg", "jpeg", 3))).toBe(3);
    expect(attemptOf(originalKey(id, "cat.3.jpg", "jpeg"))).toBe(0);
    expect(imageIdOf(originalKey(id, "cat.jpg", "jpeg", 3))).toBe(id);
    expect(isKey(`uploads/${day}/${id}-cat.0.jpg`)).toBe(false);
  });

  it("differ between two attempts of one variant", () => {
    const parts = { imageId: id, filename: "cat.jpg", variant: "thumb", format: "jpeg" } as const;
    expect(variantKey({ ...parts, attempt: 2 })).not.toBe(variantKey({ ...parts, attempt: 1 }));
  });

  it.each([
    "../../etc/passwd",
    "C:\\x.jpg",
    "a\u0000b.png",
    "\u202Egpj.exe",
    "\uD800",
    "😀".repeat(5000),
    "",
    "-rf",
    "photo.jpg[shrink=8]",
  ])("take nothing of the name %j that leads anywhere", (filename) => {
    expect(isKey(originalKey(newImageId(), filename, "png"))).toBe(true);
  });

  it.each([
    "",
    "/",
    "uploads",
    `/uploads/${day}/${id}-cat.jpg`,
    `uploads/${day}/../${id}-cat.jpg`,
    `uploads/${day}/${id}-..jpg`,
    `uploads/${day}/${id}-cat.jpg/x`,
    `uploads/${day}/${id}-cat.exe`,
    `uploads/${day}/${id}-CAT.jpg`,
    `uploads/${day}/${id}-cat.jpg\n`,
    `uploads/${day}/${id}-cat.jpg\u0000`,
    `uploads//${day}/${id}-cat.jpg`,
    `uploads\\${day}\\${id}-cat.jpg`,
    `uploads/2025-11-25/${id}-cat.jpg`,
    `uploads/${day}/${id.toUpperCase()}-cat.jpg`,
    `uploads/${day}/${id.replace("-7", "-4")}-cat.jpg`,
    `uploads/${day}/${id}-${"a".repeat(41)}.jpg`,
    `processed/${day}/${id}/cat-thumb.0.jpg`,
    `processed/${day}/${id}/cat-thumb.jpg`,
    `processed/${day}/${id}/cat-thumb.1.jpg/..`,
    `processed/${day}/${id}/-thumb.1.jpg`,
    ".work/staging/x.part",
    "https://example.com/x.jpg",
  ])("refuse %j, and show none of it", (key) => {
    expect(isKey(key)).toBe(false);
    expect(() => assertKey(key)).toThrow(
      expect.objectContaining({
        code: "internal_error",
        message: "Something went wrong inside the service.",
      }),
    );
  });

  it.each(["../", "/", "uploads/../", "uploads//", ".work/", "uploads/.x", "uploads\\", "a\u0000"])(
    "refuse the prefix %j",
    (prefix) => {
      expect(() => assertPrefix(prefix)).toThrow(expect.objectContaining({ code: "internal_error" }));
    },
  );

  it("are refused when their parts are not an id, a variant's name or an attempt", () => {
    const parts = { imageId: id, filename: "c", variant: "thumb", attempt: 1, format: "jpeg" } as const;
    expect(() => originalKey("../../x", "c", "jpeg")).toThrow();
    for (const variant of ["../x", "", "-a", "a/b", "a.b"])
      expect(() => variantKey({ ...parts, variant })).toThrow();
    for (const attempt of [0, -1, 1.5, Number.NaN]) expect(() => variantKey({ ...parts, attempt })).toThrow();
  });

  it("of an image's variants begin with its prefix, which can be listed", () => {
    const key = variantKey({ imageId: id, filename: "c", variant: "T", attempt: 9, format: "png" });
    expect(key.startsWith(resultPrefix(id))).toBe(true);
    expect(() => assertPrefix(resultPrefix(id))).not.toThrow();
    expect(() => resultPrefix("..")).toThrow(expect.objectContaining({ code: "internal_error" }));
  });
});
