import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { throttledWarning } from "./throttled-warning.ts";

function warnInto(lines: string[], everyMs: number) {
  const logger = createLogger({
    level: "info",
    format: "json",
    destination: { write: (line: string) => lines.push(line) },
  });
  return throttledWarning(logger, "redis connection", everyMs);
}

describe("a throttled warning", () => {
  it("is one line a kind, however often the error comes and whatever id it names", () => {
    const lines: string[] = [];
    const warn = warnInto(lines, 60_000);
    for (let index = 0; index < 1_000; index++) {
      warn(Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${index}`), { code: "ECONNREFUSED" }));
      warn(new Error(`could not renew lock for job ${index}`));
    }
    expect(lines).toHaveLength(2);
  });

  it("says later how many were left out", () => {
    const lines: string[] = [];
    const warn = warnInto(lines, 0);
    warn(new Error("away"));
    expect(JSON.parse(lines[0] ?? "")).not.toHaveProperty("leftOut");
    const patient = warnInto(lines, 200);
    patient(new Error("away"));
    patient(new Error("away"));
    const until = performance.now() + 250;
    while (performance.now() < until);
    patient(new Error("away"));
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ leftOut: 1 });
  });
});
