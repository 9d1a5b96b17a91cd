import { expect, test } from "vitest";
import { cameFromElsewhere } from "./request-origin.ts";

test.each([
  ["nothing: a program", {}, false],
  ["the browser's word", { "sec-fetch-site": "same-origin" }, false],
  ["a person who typed the address", { "sec-fetch-site": "none" }, false],
  ["another port of the host", { "sec-fetch-site": "same-site" }, true],
  ["another site", { "sec-fetch-site": "cross-site" }, true],
  [
    "the browser's word over an origin that a proxy made differ",
    { "sec-fetch-site": "same-origin", origin: "https://pics.example", host: "api:5000" },
    false,
  ],
  ["our own origin", { origin: "http://10.0.0.5:5000", host: "10.0.0.5:5000" }, false],
  ["our own origin at the standard port", { origin: "http://pics.lan", host: "Pics.lan" }, false],
  ["another port as origin", { origin: "http://10.0.0.5:3000", host: "10.0.0.5:5000" }, true],
  ["an origin that hides", { origin: "null", host: "10.0.0.5:5000" }, true],
])("%s", (_what, headers, elsewhere) => {
  expect(cameFromElsewhere(headers)).toBe(elsewhere);
});
