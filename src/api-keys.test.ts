import { expect, test } from "vitest";
import { ApiKeys, sessionMs } from "./api-keys.ts";

test("no keys means that none is asked for", () => {
  expect(new ApiKeys([]).required).toBe(false);
  expect(new ApiKeys(["one"]).required).toBe(true);
});

test("every key is accepted, and nothing that is only like one", () => {
  const keys = new ApiKeys(["first-key", "second-key"]);
  expect(["first-key", "second-key"].map((key) => keys.indexOf(key))).toEqual([0, 1]);
  for (const key of ["", "first-ke", "first-key ", "FIRST-KEY", "first-key,second-key"]) {
    expect(keys.indexOf(key)).toBe(-1);
  }
});

test("a session is accepted by every process that knows the key, for twelve hours", () => {
  const token = new ApiKeys(["one", "two"]).openSession("two", 1_000) ?? "";
  const elsewhere = new ApiKeys(["two", "three"]);
  expect(elsewhere.indexOfSession(token, 1_000 + sessionMs - 1)).toBe(0);
  expect(elsewhere.indexOfSession(token, 1_000 + sessionMs)).toBe(-1);
});

test("a session ends with its key", () => {
  const token = new ApiKeys(["one", "two"]).openSession("two") ?? "";
  expect(new ApiKeys(["one"]).indexOfSession(token)).toBe(-1);
});

test("a wrong key opens no session", () => {
  expect(new ApiKeys(["one"]).openSession("two")).toBeUndefined();
});

test("a token that was touched anywhere, or is none, is refused", () => {
  const keys = new ApiKeys(["one"]);
  const token = keys.openSession("one") ?? "";
  for (let index = 0; index < token.length; index++) {
    const other = token[index] === "x" ? "y" : "x";
    const touched = token.slice(0, index) + other + token.slice(index + 1);
    // The last letter of base64url carries two bits that say nothing.
    if (index < token.length - 1) expect(keys.indexOfSession(touched), touched).toBe(-1);
  }
  for (const none of ["", "..", "zzzzzzzzz", "zzzzzzzzz..", `${token}.x`, "zzzzzzzzzz.AAAA.AAAA"]) {
    expect(keys.indexOfSession(none), none).toBe(-1);
  }
});

test("a token does not contain its key", () => {
  expect(new ApiKeys(["a-long-key"]).openSession("a-long-key")).not.toContain("a-long-key");
});
