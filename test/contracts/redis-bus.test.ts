import { afterAll, beforeAll, describe } from "vitest";
import { RedisBus } from "../../src/events/redis-bus.ts";
import { silentLogger } from "../../src/logger.ts";
import { RedisServer } from "../support/redis-server.ts";
import { requireProgram } from "../support/require-program.ts";
import { describeEvents } from "./events.ts";

describe.runIf(requireProgram("redis-server"))("with a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  let installations = 0;
  describeEvents("RedisBus", async () => ({
    bus: await RedisBus.open({ url: server.url, logger: silentLogger(), prefix: `test-${installations++}` }),
    cleanUp: async () => {},
  }));
});
