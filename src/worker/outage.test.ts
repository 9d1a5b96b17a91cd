import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger } from "../logger.ts";
import { Outage } from "./outage.ts";

describe("an outage of what a worker stands on", () => {
  it("invariant 8: holds its hands for longer and longer, and is one line in the log", async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const outage = new Outage(createLogger({ level: "info", format: "json", destination }));
    const { signal } = new AbortController();
    const startedAt = performance.now();
    for (let time = 0; time < 3; time++) await outage.wait(new Error("the database is away"), signal);
    // At least half of 500, 1,000 and 2,000 ms.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_740);
    expect(lines).toHaveLength(1);
  });

  it("holds nobody for what may be of single images, and everybody after so many in a row", async () => {
    const outage = new Outage(createLogger({ level: "silent", format: "json" }), { tolerated: 2 });
    const { signal } = new AbortController();
    const waitedMs = async () => {
      const startedAt = performance.now();
      await outage.wait(new Error("no room"), signal);
      return performance.now() - startedAt;
    };
    for (let time = 0; time < 3; time++) {
      const quick = [await waitedMs(), await waitedMs()];
      expect(Math.max(...quick)).toBeLessThan(200);
      outage.over();
    }
    await waitedMs();
    await waitedMs();
    expect(await waitedMs()).toBeGreaterThanOrEqual(245);
  });

  it("lets all go when an attempt comes to its end, and waits no longer than the cap", async () => {
    const outage = new Outage(createLogger({ level: "silent", format: "json" }), { capMs: 60_000 });
    const { signal } = new AbortController();
    const startedAt = performance.now();
    const hands = Array.from({ length: 12 }, () => outage.wait(new Error("no room"), signal));
    outage.over();
    await Promise.all(hands);
    const capped = new Outage(createLogger({ level: "silent", format: "json" }), { capMs: 100 });
    for (let time = 0; time < 12; time++) await capped.wait(new Error("no room"), signal);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it("holds nobody who has to stop", async () => {
    const outage = new Outage(createLogger({ level: "silent", format: "json" }));
    const abort = new AbortController();
    abort.abort();
    for (let time = 0; time < 20; time++) await outage.wait(new Error("away"), abort.signal);
  });
});
