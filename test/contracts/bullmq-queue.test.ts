import { afterAll, beforeAll, describe } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { BullmqQueue } from "../../src/queue/bullmq-queue.ts";
import { RedisServer } from "../support/redis-server.ts";
import { requireProgram } from "../support/require-program.ts";
import { describeQueue } from "./queue.ts";

describe.runIf(requireProgram("redis-server"))("with a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  let installations = 0;
  describeQueue("BullmqQueue", async (options) => ({
    queue: new BullmqQueue({
      ...options,
      url: server.url,
      logger: silentLogger(),
      prefix: `test-${installations++}`,
    }),
    cleanUp: async () => {},
  }));
});
