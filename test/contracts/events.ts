import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Delivery, EventBus } from "../../src/events/event-bus.ts";
import { until } from "../support/until.ts";

interface BusDriver {
  readonly bus: EventBus;
  readonly cleanUp: () => Promise<void>;
}

/** What every driver of the event bus promises. */
export function describeEvents(name: string, make: () => Promise<BusDriver>): void {
  describe(`${name} as an event bus`, () => {
    let driver: BusDriver;
    let bus: EventBus;
    beforeEach(async () => {
      driver = await make();
      bus = driver.bus;
    });
    afterEach(async () => {
      await bus.close();
      await driver.cleanUp();
    });

    const publish = (imageId: string) => bus.publish({ type: "image.done", imageId });
    const ids = (seen: readonly Delivery[]) =>
      seen.map((event) => ("imageId" in event ? event.imageId : "reset"));

    it("tells every listener of every event in one order", async () => {
      const [one, two]: [Delivery[], Delivery[]] = [[], []];
      bus.subscribe((event) => one.push(event));
      bus.subscribe((event) => two.push(event));
      for (const id of ["a", "b", "c"]) publish(id);
      await until(() => one.length === 3 && two.length === 3);
      expect(ids(one)).toEqual(["a", "b", "c"]);
      expect(two).toEqual(one);
      expect(new Set(one.map(({ id }) => id)).size).toBe(3);
    });

    it("resumes after an id without a gap and without a repetition", async () => {
      const first: Delivery[] = [];
      const subscription = bus.subscribe((event) => first.push(event));
      for (const id of ["a", "b"]) publish(id);
      await until(() => first.length === 2);
      subscription.close();
      for (const id of ["c", "d"]) publish(id);
      const second: Delivery[] = [];
      bus.subscribe((event) => second.push(event), first[0]?.id);
      publish("e");
      await until(() => second.length >= 4);
      expect(ids(second)).toEqual(["b", "c", "d", "e"]);
    });

    it("begins with a reset when the id is of another time or no id at all", async () => {
      for (const strange of ["1-1", "nonsense", "", "9999999999999-0"]) {
        const seen: Delivery[] = [];
        bus.subscribe((event) => seen.push(event), strange);
        await until(() => seen.length > 0);
        expect(seen[0]?.type).toBe("reset");
      }
    });

    it("begins with a reset when more was missed than is kept", async () => {
      const seen: Delivery[] = [];
      const subscription = bus.subscribe((event) => seen.push(event));
      publish("first");
      await until(() => seen.length === 1);
      subscription.close();
      const all: Delivery[] = [];
      bus.subscribe((event) => all.push(event));
      for (let index = 0; index < 12_000; index++) publish(`image-${index}`);
      await until(() => all.length === 12_000);
      const late: Delivery[] = [];
      bus.subscribe((event) => late.push(event), seen[0]?.id);
      await until(() => late.length > 0);
      expect(late[0]?.type).toBe("reset");
      const near: Delivery[] = [];
      bus.subscribe((event) => near.push(event), all.at(-101)?.id);
      await until(() => near.length >= 100);
      expect(ids(near)).toEqual(ids(all.slice(-100)));
    });

    it("tells of heartbeats and does not keep them", async () => {
      const seen: Delivery[] = [];
      bus.subscribe((event) => seen.push(event));
      publish("a");
      bus.publish({ type: "worker.heartbeat", data: { id: "worker-1" } });
      publish("b");
      await until(() => seen.length === 3);
      const late: Delivery[] = [];
      bus.subscribe((event) => late.push(event), seen[0]?.id);
      await until(() => late.length > 0);
      expect(ids(late)).toEqual(["b"]);
    });

    it("tells a closed subscription nothing more", async () => {
      const [closed, open]: [Delivery[], Delivery[]] = [[], []];
      bus.subscribe((event) => closed.push(event)).close();
      bus.subscribe((event) => open.push(event));
      publish("a");
      await until(() => open.length === 1);
      expect(closed).toEqual([]);
    });
  });
}
