import { describe, expect, it } from "vitest";
import { jobId } from "./job-queue.ts";
import { toJob } from "./taken-job.ts";

describe("a job as Redis keeps it", () => {
  it("comes back as it was", () => {
    for (const job of [
      { imageId: "019b2c3d-7e00-7329-8504-0b3a08a69983", generation: 1 },
      { imageId: "a", generation: 12 },
    ]) {
      expect(toJob({ id: jobId(job), priority: 11 })).toEqual(job);
    }
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
