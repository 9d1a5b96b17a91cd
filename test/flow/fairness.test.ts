import { describe } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { describeFairness } from "./fairness.ts";

describeFairness("embedded", 2, async () => {
  const pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "2" } });
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
  describeFairness("distributed", 2, () => Fleet.start({ workers: 2 }));
});
