import { EmbeddedQueue } from "../../src/queue/embedded-queue.ts";
import { describeQueue } from "./queue.ts";

describeQueue("EmbeddedQueue", async (options) => ({
  queue: new EmbeddedQueue(options),
  cleanUp: async () => {},
}));
