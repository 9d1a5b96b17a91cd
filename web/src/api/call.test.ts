import { expect, test } from "vitest";
import { answerOf } from "./call.ts";

test("an accepted answer gives its value", () => {
  expect(answerOf(202, '{"id":"a"}')).toEqual({ id: "a" });
});

test("an error status is thrown as the service's sentence", () => {
  expect(() => answerOf(413, '{"detail":"The file is too large."}')).toThrow("The file is too large.");
});

test("a page of a proxy in place of JSON is a failure, not a value", () => {
  expect(() => answerOf(200, "<html>Log in</html>")).toThrow("The service answered with status 200.");
});
