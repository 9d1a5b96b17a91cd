import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Delivery } from "../../src/events/event-bus.ts";
import { RedisBus } from "../../src/events/redis-bus.ts";
import { createLogger, type Logger } from "../../src/logger.ts";
import { RedisServer } from "../support/redis-server.ts";
import { requireProgram } from "../support/require-program.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

describe.runIf(requireProgram("redis-server"))("events through Redis, when things go wrong", () => {
  let server: RedisServer;
  let lines: string[];
  let logger: Logger;
  let ends: (() => Promise<void>)[];
  beforeEach(async () => {
    server = await RedisServer.start();
    lines = [];
    logger = createLogger({
      level: "info",
      format: "json",
      destination: { write: (line: string) => lines.push(line) },
    });
    ends = [() => server.stop()];
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
  });

  async function open(url = server.url): Promise<RedisBus> {
    const bus = await RedisBus.open({ url, logger });
    ends.push(() => bus.close());
    return bus;
  }

  function listen(bus: RedisBus, afterId?: string): { seen: Delivery[]; names: () => string[] } {
    const seen: Delivery[] = [];
    bus.subscribe((delivery) => seen.push(delivery), afterId);
    return { seen, names: () => seen.map((one) => ("imageId" in one ? String(one.imageId) : one.type)) };
  }

  const publish = (bus: RedisBus, imageId: string) => bus.publish({ type: "image.done", imageId });

  /** A second way to the server, so that one bus can be cut off while another is not. */
  async function proxied(): Promise<{ proxy: TcpProxy; bus: RedisBus }> {
    const proxy = await TcpProxy.to(server.port);
    ends.push(() => proxy.close());
    return { proxy, bus: await open(proxy.url) };
  }

  it("tells every process of what any of them publishes, under the same ids and in the same order", async () => {
    const [one, two] = [await open(), await open()];
    const [here, there] = [listen(one), listen(two)];
    for (let index = 0; index < 50; index++) publish(index % 2 ? one : two, `image-${index}`);
    two.publish({ type: "worker.heartbeat", data: { id: "worker-2" } });
    await until(() => here.seen.length === 51 && there.seen.length === 51);
    const events = ({ seen }: typeof here) => seen.filter(({ type }) => type !== "worker.heartbeat");
    expect(events(here)).toEqual(events(there));
    const resumed = listen(two, events(here)[9]?.id);
    await until(() => resumed.seen.length === 40);
    expect(resumed.seen).toEqual(events(here).slice(10));
  });

  it("catches up without a gap after a cut, and after 3 s in which nothing answered", async () => {
    const { proxy, bus } = await proxied();
    const other = await open();
    const cutOff = listen(bus);
    publish(other, "a");
    await until(() => cutOff.seen.length === 1);
    proxy.cut();
    publish(other, "b");
    await until(() => cutOff.seen.length === 2);
    server.pause();
    publish(other, "c");
    publish(bus, "d");
    await sleep(3_000);
    server.resume();
    await until(() => cutOff.seen.length === 4);
    expect(cutOff.names().slice(0, 2)).toEqual(["a", "b"]);
    expect(cutOff.names().slice(2).toSorted()).toEqual(["c", "d"]);
  });

  it("resets when Redis comes back empty, and is live again", async () => {
    const bus = await open();
    const listener = listen(bus);
    publish(bus, "a");
    await until(() => listener.seen.length === 1);
    const before = listener.seen[0]?.id;
    await server.kill();
    await sleep(500);
    await server.restart();
    await until(() => listener.seen.length === 2);
    publish(bus, "b");
    await until(() => listener.seen.length === 3);
    expect(listener.names()).toEqual(["a", "reset", "b"]);
    const late = listen(bus, before);
    await until(() => late.seen.length > 0);
    expect(late.names()).toEqual(["reset"]);
    expect(lines.length).toBeLessThan(10);
  });

  it("resets when a restarted Redis has forgotten what a reader had not yet heard", async () => {
    const { proxy, bus } = await proxied();
    const other = await open();
    const client = server.client();
    const listener = listen(bus);
    publish(other, "a");
    await until(() => listener.seen.length === 1);
    await client.save();
    proxy.swallow();
    publish(other, "forgotten");
    await until(async () => (await client.xlen("pixmill:events")) === 2);
    client.disconnect();
    await server.restart();
    proxy.heal();
    await until(() => listener.seen.length === 2);
    publish(other, "b");
    await until(() => listener.seen.length === 3);
    expect(listener.names()).toEqual(["a", "reset", "b"]);
  });

  it("resets after a flush: at the next event, and without one when the connection is next looked at", async () => {
    const bus = await open();
    const client = server.client();
    const listener = listen(bus);
    publish(bus, "a");
    await until(() => listener.seen.length === 1);
    await client.flushall();
    publish(bus, "b");
    await until(() => listener.seen.length === 3);
    expect(listener.names()).toEqual(["a", "reset", "b"]);
    await client.flushall();
    await until(() => listener.seen.length === 4);
    expect(listener.names().at(-1)).toBe("reset");
    client.disconnect();
  });

  it("sends what was published while Redis was away when it is back", async () => {
    const bus = await open();
    const listener = listen(bus);
    await server.kill();
    for (const id of ["a", "b"]) publish(bus, id);
    await server.restart();
    const client = server.client();
    await until(async () => (await client.xlen("pixmill:events")) === 2);
    client.disconnect();
    await until(() => listener.names().includes("reset"));
  });

  it("drops what is too much for an outage with a warning, and tells everybody of the gap", async () => {
    const proxy = await TcpProxy.to(server.port);
    const bus = await RedisBus.open({ url: proxy.url, logger, unsent: 100 });
    ends.push(async () => {
      await bus.close();
      await proxy.close();
    });
    const listener = listen(await open());
    proxy.swallow();
    for (let index = 0; index < 150; index++) publish(bus, `image-${index}`);
    expect(lines.filter((line) => line.includes("events are lost"))).toHaveLength(1);
    proxy.heal();
    proxy.cut();
    await until(() => listener.seen.length === 101);
    expect(listener.names().slice(-2)).toEqual(["image-99", "reset"]);
  });

  it("opens without Redis, and its listeners learn of the gap when it comes", async () => {
    await server.kill();
    const bus = await open();
    const listener = listen(bus);
    await server.restart();
    await until(() => listener.seen.length === 1);
    publish(bus, "a");
    await until(() => listener.seen.length === 2);
    expect(listener.names()).toEqual(["reset", "a"]);
  });

  it("passes over entries that are none of ours", async () => {
    const bus = await open();
    const client = server.client();
    const listener = listen(bus);
    publish(bus, "a");
    await until(() => listener.seen.length === 1);
    const newest = String((await client.xrevrange("pixmill:events", "+", "-", "COUNT", 1))[0]?.[0]);
    await client.xadd("pixmill:events", "*", "p", newest, "e", '{"type":"image.exploded"}');
    publish(bus, "b");
    await until(() => listener.seen.length === 2);
    expect(listener.names()).toEqual(["a", "b"]);
    await client.xadd("pixmill:events", "*", "nonsense", "1");
    await until(() => listener.seen.length === 3);
    expect(listener.names()).toEqual(["a", "b", "reset"]);
    client.disconnect();
  });
});
