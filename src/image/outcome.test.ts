import { describe, expect, it } from "vitest";
import type { StoredError } from "../errors.ts";
import { endingOf } from "./outcome.ts";
import type { Variant } from "./variant.ts";

const damaged: StoredError = { code: "corrupt_image", message: "It is damaged.", retryable: false };
const lost: StoredError = { code: "original_missing", message: "It is lost.", retryable: false };
const ready: Variant = {
  name: "thumb",
  status: "ready",
  format: "jpeg",
  width: 3,
  height: 2,
  bytes: 1,
  sha256: "a".repeat(64),
  key: "processed/thumb.jpg",
};
const failed: Variant = { name: "medium", status: "failed", error: damaged };
const pending: Variant = { name: "large", status: "pending" };
const lostLarge: Variant = { name: "large", status: "failed", error: lost };

describe("an image ends", () => {
  it("done, without an error, when anything is ready", () => {
    expect(endingOf([ready, failed], null)).toEqual({
      status: "done",
      variants: [ready, failed],
      error: null,
    });
  });

  it("done even when the rest can no longer be made, and the rest says why", () => {
    const variants = [ready, failed, lostLarge];
    expect(endingOf([ready, failed, pending], lost)).toEqual({ status: "done", variants, error: null });
  });

  it("failed with the reason when nothing is ready", () => {
    const variants = [failed, lostLarge];
    expect(endingOf([failed, pending], lost)).toEqual({ status: "failed", variants, error: lost });
  });

  it("failed with its first variant's error when each failed by itself", () => {
    const variants = [failed, lostLarge];
    expect(endingOf(variants, null)).toEqual({ status: "failed", variants, error: damaged });
  });
});
