import { describe, expect, it } from "vitest";
import { FetchFault } from "../fetch/fetch-fault.ts";
import { retryDelays } from "./retry-delays.ts";
import { judgeAnswer, judgeFault } from "./verdict.ts";

const now = new Date("2026-02-03T04:05:06.000Z");
const first = { tries: 0, pendingSince: now };
const hour = 3_600_000;
const answered = (status: number, delivery = first, retryAfter?: string) =>
  judgeAnswer({ status, headers: { "retry-after": retryAfter } }, delivery, now);

function waitOf({ settlement }: ReturnType<typeof answered>): number {
  if (settlement.status !== "pending") throw new Error(`It is ${settlement.status}.`);
  return settlement.inMs;
}

describe("an attempt to deliver a webhook", () => {
  it.each([200, 201, 204, 299])("that is answered %i was acknowledged", (status) => {
    const settlement = { status: "delivered" };
    expect(answered(status)).toEqual({ statusCode: status, error: null, settlement });
  });

  it.each([100, 301, 302, 307, 400, 401, 404, 429, 500, 503])(
    "that is answered %i is made again",
    (status) => {
      const verdict = answered(status);
      expect(verdict).toMatchObject({ statusCode: status, error: expect.stringContaining(String(status)) });
      const wait = waitOf(verdict);
      expect(wait).toBeGreaterThanOrEqual(5_000);
      expect(wait).toBeLessThanOrEqual(5_500);
    },
  );

  it("that is answered with a redirect says that none is followed", () => {
    expect(answered(302).error).toMatch(/not followed/);
  });

  it("that is answered 410 was the last", () => {
    expect(answered(410)).toMatchObject({ statusCode: 410, settlement: { status: "failed" } });
  });

  it.each([
    ["120", 120_000],
    [new Date(now.getTime() + 120_000).toUTCString(), 120_000],
    ["1", 5_000],
    ["soon", 5_000],
    [new Date(now.getTime() - hour).toUTCString(), 5_000],
  ])(
    "waits as long as the receiver asks with Retry-After: %s, and no less than planned",
    (retryAfter, least) => {
      const wait = waitOf(answered(429, first, retryAfter));
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(least * 1.1);
    },
  );

  it("is given up when the receiver asks to wait longer than a day", () => {
    const verdict = answered(503, first, String(25 * 3600));
    expect(verdict).toMatchObject({
      settlement: { status: "failed" },
      error: expect.stringContaining("given up"),
    });
  });

  it("without an answer is made again, and says why in words for anybody", () => {
    const verdict = judgeFault(
      new FetchFault("unreachable", "The server refused the connection."),
      first,
      now,
    );
    expect(verdict).toMatchObject({ statusCode: null, error: "The server refused the connection." });
    expect(waitOf(verdict)).toBeGreaterThanOrEqual(5_000);
    expect(judgeFault(new Error("/etc/secret"), first, now).error).not.toContain("secret");
  });

  it("to a forbidden address was the last", () => {
    const fault = new FetchFault("forbidden", "The address leads to a private network.");
    expect(judgeFault(fault, first, now)).toMatchObject({
      settlement: { status: "failed" },
      error: fault.message,
    });
  });

  it("is made again with growing pauses for a day and no longer", () => {
    let ageMs = 0;
    const waits: number[] = [];
    for (let tries = 0; ; tries++) {
      const verdict = answered(500, { tries, pendingSince: new Date(now.getTime() - ageMs) });
      if (verdict.settlement.status !== "pending") break;
      waits.push(verdict.settlement.inMs);
      ageMs += verdict.settlement.inMs;
    }
    expect(waits).toHaveLength(retryDelays.length);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(ageMs).toBeGreaterThan(20 * hour);
    expect(ageMs).toBeLessThanOrEqual(24 * hour);
  });
});
