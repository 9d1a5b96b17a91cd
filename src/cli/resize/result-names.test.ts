import { expect, test } from "vitest";
import { ResultNames } from "./result-names.ts";

test("a name that was given before gets a number", () => {
  const names = new ResultNames();
  expect(names.claim("cat", "jpg")).toBe("cat.jpg");
  expect(names.claim("cat", "jpg")).toBe("cat-2.jpg");
  expect(names.claim("cat-2", "jpg")).toBe("cat-2-2.jpg");
  expect(names.claim("cat", "png")).toBe("cat.png");
});

test("names that a file system may hold for equal are not both given", () => {
  const names = new ResultNames();
  expect(names.claim("Cat", "jpg")).toBe("Cat.jpg");
  expect(names.claim("cat", "jpg")).toBe("cat-2.jpg");
  expect(names.claim("\u00e9", "jpg")).toBe("\u00e9.jpg");
  expect(names.claim("e\u0301", "jpg")).toBe("e\u0301-2.jpg");
});
