import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guardedLookup, type Resolver } from "./guarded-lookup.ts";

const loopback = { address: "127.0.0.1", family: 4 };
const linkLocal = { address: "169.254.0.1", family: 4 };
const publicAddress = { address: "93.184.215.14", family: 4 };

describe("a name that changes what it stands for", () => {
  let server: Server;
  let reached = 0;
  beforeEach(async () => {
    reached = 0;
    server = createServer((socket) => {
      reached += 1;
      socket.on("error", () => {}); // the client hangs up as soon as it is through
      socket.end("inside");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(() => once(server.close(), "close"));

  /** `undefined`: it was connected. */
  async function tryToReach(allowPrivate: boolean, resolve: Resolver): Promise<unknown> {
    const { port } = server.address() as AddressInfo;
    const lookup = guardedLookup({ allowPrivate }, resolve);
    const socket = connect({ host: "rebinding.example", port, lookup });
    try {
      await once(socket, "connect");
      return undefined;
    } catch (error) {
      return error;
    } finally {
      socket.destroy();
    }
  }

  it("reaches nothing inside in a hundred tries", async () => {
    for (let round = 0; round < 100; round += 1) {
      const inside = round % 2 ? [loopback] : [publicAddress, loopback];
      expect(await tryToReach(false, async () => inside)).toMatchObject({ kind: "forbidden" });
    }
    expect(reached).toBe(0);
  });

  it("is asked once a connection, and the answer that was checked is the one connected to", async () => {
    for (let round = 0; round < 100; round += 1) {
      let asked = 0;
      // Good when first asked, bad after: where a check of its own came before the connection, it would get in.
      const resolve = async () => (asked++ === 0 ? [loopback] : [linkLocal]);
      expect(await tryToReach(true, resolve)).toBeUndefined();
      expect(asked).toBe(1);
    }
    await expect.poll(() => reached).toBe(100);
  });

  it("that stands for nothing is no server", async () => {
    expect(await tryToReach(true, async () => [])).toMatchObject({ code: "ENOTFOUND" });
  });
});
