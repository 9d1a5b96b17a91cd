import { expect, it } from "vitest";
import { resultOfNotPlayed } from "./play.ts";

it("takes a scenario that cannot be played for a failure in CI, unless it needs root", () => {
  expect(resultOfNotPlayed({}, true)).toBe("failed");
  expect(resultOfNotPlayed({ needsRoot: true }, true)).toBe("skipped");
  expect(resultOfNotPlayed({}, false)).toBe("skipped");
});
