import { expect, test } from "vitest";
import { language } from "../words.ts";
import { problemOf, sentenceOf, unreachable } from "./problem.ts";

test("a refusal shows the service's own sentence", () => {
  const body = JSON.stringify({
    title: "Unsupported format",
    detail: "The bytes are not of an image format that this service reads.",
    code: "unsupported_format",
  });
  const failure = problemOf(415, body);
  expect(failure.message).toBe("The bytes are not of an image format that this service reads.");
  expect(failure).toMatchObject({ status: 415, code: "unsupported_format", retryable: false });
});

test("every bad field is named after the sentence", () => {
  const errors = [{ field: "filename", message: "must not be empty" }, { message: "must be short" }, "odd"];
  const failure = problemOf(400, JSON.stringify({ detail: "The request is not valid.", errors }));
  expect(failure.message).toBe(
    "The request is not valid. filename: must not be empty. request: must be short.",
  );
});

test("what the sentence already says of a field is not said again", () => {
  const errors = [{ field: "batchId", message: "is of no batch" }];
  const failure = problemOf(400, JSON.stringify({ detail: "batchId: is of no batch.", errors }));
  expect(failure.message).toBe("batchId: is of no batch.");
});

test("a refusal that people meet is told in words of the page", () => {
  const body = JSON.stringify({ detail: "There is no image with that id.", code: "gone" });
  expect(problemOf(410, body)).toMatchObject({ message: "This was deleted.", code: "gone" });
  language.value = "id";
  const format = JSON.stringify({ detail: "The bytes are of no image.", code: "unsupported_format" });
  expect(problemOf(415, format).message).toBe("Bukan gambar yang dapat dibaca di sini");
  language.value = "en";
});

test.each([408, 429, 500, 502, 503, 507])("status %d may pass, so it can be tried again", (status) => {
  expect(problemOf(status, "{}").retryable).toBe(true);
});

test.each([400, 401, 413, 415, 422])("status %d stays a refusal", (status) => {
  expect(problemOf(status, "{}").retryable).toBe(false);
});

test.each(["<html>502 Bad Gateway</html>", "", "null", "[]", '"text"', '{"detail": 7}'])(
  "an answer that is no problem document, %s, still gives a sentence",
  (body) => {
    expect(problemOf(502, body).message).toBe("The service answered with status 502.");
  },
);

test("no answer at all can be tried again", () => {
  expect(unreachable()).toMatchObject({ status: 0, retryable: true });
});

test("a stranger's words are not shown", () => {
  expect(sentenceOf(new TypeError("x is not a function"))).toBe("Something went wrong in this page.");
});
