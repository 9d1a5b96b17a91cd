import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { GreetedConnector } from "./redis-connector.ts";

const server = createServer();
afterEach(() => void server.close());

describe("the way to Redis", () => {
  test("is left once, however many refused writes ask for it in the same moment", async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const connector = new GreetedConnector({ port: (server.address() as AddressInfo).port });
    const stream = await connector.connect();
    await once(stream, "connect");
    connector.disconnect();
    const listeners = stream.listenerCount("close");
    for (let again = 0; again < 20; again += 1) connector.disconnect();
    expect(stream.listenerCount("close")).toBe(listeners);
    await once(stream, "close");
    const next = await connector.connect();
    await once(next, "connect");
    connector.disconnect();
    await once(next, "close");
  });

  test("is not taken again when that was called off in the moment in which it was begun", async () => {
    const other = createServer();
    await once(other.listen(0, "127.0.0.1"), "listening");
    const connector = new GreetedConnector({ port: (other.address() as AddressInfo).port });
    const stream = await connector.connect();
    await once(stream, "connect");
    connector.disconnect();
    const again = connector.connect();
    connector.disconnect();
    await expect(again).rejects.toThrow("Connection is closed.");
    await once(stream, "close");
    other.close();
  });
});
