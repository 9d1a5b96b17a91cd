import { describe, expect, it } from "vitest";
import type { Delivery } from "./event-bus.ts";
import { StreamSubscription } from "./stream-subscription.ts";

const idOf = (id: string) => `run.${id}`;
const entry = (id: string) => ({ id, previous: "0-0", event: { type: "image.done", imageId: id } as const });

describe("a reader that comes back to another process", () => {
  it("is not told again what it has seen by a process that lags behind the one that told it", () => {
    const seen: Delivery[] = [];
    const subscription = new StreamSubscription((event) => seen.push(event), {
      resuming: true,
      after: "5-0",
    });
    subscription.resume([], idOf, idOf("3-0"));
    for (const id of ["4-0", "5-0", "6-0"]) subscription.entry(entry(id), idOf);
    expect(seen.map(({ id }) => id)).toEqual(["run.6-0"]);
  });

  it("gets heartbeats under the id at which it stands, so that it can come back with it", () => {
    const seen: Delivery[] = [];
    const subscription = new StreamSubscription((event) => seen.push(event), {
      resuming: true,
      after: "5-0",
    });
    subscription.resume([entry("7-0")], idOf, idOf("3-0"));
    subscription.heartbeat({ type: "worker.heartbeat" }, idOf, idOf("3-0"));
    expect(seen.map(({ id }) => id)).toEqual(["run.7-0", "run.7-0"]);
  });
});
