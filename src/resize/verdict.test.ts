import { describe, expect, it } from "vitest";
import { type ErrorCode, PixmillError } from "../errors.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";
import { judge } from "./verdict.ts";

const fresh = { strikes: 0, deliveries: 1 };
const judgeCode = (code: ErrorCode, record = fresh) => judge(new PixmillError(code), record, false);

describe("the verdict on a failed attempt", () => {
  it.each(["corrupt_image", "unsupported_format", "image_too_large", "original_missing"] as const)(
    "fails an image at once for its own fault: %s",
    (code) => {
      expect(judgeCode(code)).toMatchObject({ kind: "fail", error: { code } });
    },
  );

  it.each(["engine_crashed", "engine_timeout", "out_of_memory"] as const)(
    "invariant 6: gives an image a second try after %s, and no third",
    (code) => {
      expect(judgeCode(code)).toMatchObject({ kind: "again", strike: true });
      expect(judgeCode(code, { strikes: 1, deliveries: 2 })).toMatchObject({ kind: "fail", error: { code } });
    },
  );

  it.each(["storage_error", "storage_full"] as const)(
    "does not blame the image for %s until the twentieth try",
    (code) => {
      const outage = true;
      expect(judgeCode(code, { strikes: 0, deliveries: 19 })).toMatchObject({
        kind: "again",
        strike: false,
        outage,
      });
      expect(judgeCode(code, { strikes: 0, deliveries: 20 })).toMatchObject({ kind: "fail", outage });
    },
  );

  it("tries a surprise twice and then calls it an internal error, however many workers died meanwhile", () => {
    const bug = new TypeError("x is not a function");
    expect(judge(bug, { strikes: 0, deliveries: 19 }, false)).toMatchObject({ kind: "again", strike: true });
    expect(judge(bug, { strikes: 1, deliveries: 2 }, false)).toMatchObject({
      kind: "fail",
      error: { code: "internal_error", message: "Something went wrong inside the service." },
    });
  });

  it("counts nothing against the image when the worker stops, whatever was thrown", () => {
    const verdict = judge(new PixmillError("engine_crashed"), { strikes: 1, deliveries: 20 }, true);
    expect(verdict).toMatchObject({ kind: "again", delayMs: 0, strike: false, undoDelivery: true });
  });
});

describe("the verdict on a source that gave no file", () => {
  const judgeTry = (fault: FetchFault, deliveries: number) => judge(fault, { strikes: 1, deliveries }, false);

  it.each([
    ["forbidden", "source_forbidden"],
    ["unreachable", "source_unreachable"],
    ["too_large", "file_too_large"],
  ] as const)("fails what is %s at once, and says why", (kind, code) => {
    const fault = new FetchFault(kind, "That is why.");
    expect(judgeTry(fault, 1)).toMatchObject({ kind: "fail", error: { code, message: "That is why." } });
  });

  it("tries what may pass four times, and never counts it as an engine fault", () => {
    const fault = new FetchFault("unreachable", "Busy.", { transient: true });
    expect(judgeTry(fault, 3)).toMatchObject({ kind: "again", strike: false, undoDelivery: false });
    expect(judgeTry(fault, 4)).toMatchObject({ kind: "fail", error: { code: "source_unreachable" } });
  });

  it("waits as long as the source asks, and at most a minute", () => {
    const asked = (retryAfter: number) =>
      judgeTry(new FetchFault("unreachable", "Busy.", { transient: true, retryAfter }), 1);
    expect(asked(30)).toMatchObject({ delayMs: 30_000 });
    expect(asked(86_400)).toMatchObject({ delayMs: 60_000 });
  });
});
