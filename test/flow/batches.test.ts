import { describe } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { describeBatchFlow } from "./batches.ts";

describeBatchFlow("embedded", async (idle) => {
  const pixmill = await startPixmill({ env: { PIXMILL_BATCH_IDLE: idle } });
  return {
    url: pixmill.url,
    storage: pixmill.storage,
    async stop() {
      await pixmill.stop();
      await removeFolder(pixmill.storage);
    },
  };
});

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeBatchFlow("distributed", (idle) => Fleet.start({ workers: 2, env: { PIXMILL_BATCH_IDLE: idle } }));
});
