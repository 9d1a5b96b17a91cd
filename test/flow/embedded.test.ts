import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { describeEventStream } from "./event-stream.ts";
import { type Deployment, describeFlow } from "./flow.ts";
import { describeIdempotency } from "./idempotency.ts";

async function start(): Promise<Deployment> {
  const pixmill = await startPixmill();
  return {
    url: pixmill.url,
    storage: pixmill.storage,
    async stop() {
      await pixmill.stop();
      await removeFolder(pixmill.storage);
    },
  };
}

describeFlow("embedded", start);
describeEventStream("embedded", start);
describeIdempotency("embedded", start);
