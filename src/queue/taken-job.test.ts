import { describe, expect, it } from "vitest";
import { jobId } from "./job-queue.ts";
import { toBullPriority, toJob } from "./taken-job.ts";

describe("a job as Redis keeps it", () => {
  it("comes back as it was", () => {
    for (const job of [
      { imageId: "019b2c3d-7e00-7329-8504-0b3a08a69983", generation: 1, priority: 0 },
      { imageId: "a", generation: 12, priority: 20 },
    ]) {
      expect(toJob({ id: jobId(job), priority: toBullPriority(job.priority) })).toEqual(job);
    }
  });

  it("never has BullMQ's priority 0, which runs before all others, nor one past its limit", () => {
    expect(toBullPriority(0)).toBe(1);
    expect(toBullPriority(Number.MAX_SAFE_INTEGER)).toBe(2 ** 21 - 1);
  });

  it("is none of ours when its id or priority is not of our making", () => {
    for (const id of [
      undefined,
      "",
      "17",
      "repeat:1:2",
      "../../etc/passwd.1",
      "a/b.1",
      "a.b.1",
      "a.-1",
      "a.01",
      "a.1e3",
      "a.1\n",
      `${"a".repeat(65)}.1`,
    ]) {
      expect(toJob({ id, priority: 11 }), JSON.stringify(id)).toBeUndefined();
    }
    for (const priority of [0, -1, 1.5, Number.NaN, "11", undefined, 2 ** 21]) {
      expect(toJob({ id: "a.1", priority }), String(priority)).toBeUndefined();
    }
  });
});
