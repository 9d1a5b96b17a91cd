import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { describeFlow } from "./flow.ts";

describeFlow("embedded", async () => {
  const pixmill = await startPixmill();
  return {
    url: pixmill.url,
    storage: pixmill.storage,
    async stop() {
      await pixmill.stop();
      await removeFolder(pixmill.storage);
    },
  };
});
