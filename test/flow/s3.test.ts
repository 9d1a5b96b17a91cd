import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { newPrefix, openS3Storage } from "../support/open-s3-storage.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { S3Server } from "../support/s3-server.ts";
import { describeBatchFlow } from "./batches.ts";
import { type Deployment, describeFlow } from "./flow.ts";
import { describeResumableUploads, type Restartable } from "./resumable-uploads.ts";
import { describeSourceFlow, sourceEnv } from "./sources.ts";

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.close());

/** One process with its catalog in a file, and a folder for the work. */
async function startOne(more: Readonly<Record<string, string>> = {}): Promise<Deployment & Restartable> {
  const prefix = newPrefix();
  const folder = await temporaryFolder();
  const env = {
    ...server.env(),
    PIXMILL_STORAGE: server.address(prefix),
    PIXMILL_WORK_FOLDER: folder,
    DATABASE_URL: `sqlite:${join(folder, "catalog.sqlite")}`,
    ...more,
  };
  const { storage: objects, remove } = await openS3Storage(server, { prefix });
  let pixmill = await startPixmill({ storage: folder, env });
  return {
    storage: folder,
    objects,
    get url() {
      return pixmill.url;
    },
    async replace() {
      await pixmill.killAll();
      pixmill = await startPixmill({ storage: folder, env });
      return pixmill.url;
    },
    async stop() {
      await pixmill.stop();
      await objects.close();
      await remove();
      await removeFolder(folder);
    },
  };
}

/** Processes that share no folder. */
async function startFleet(env: Readonly<Record<string, string>> = {}): Promise<Deployment> {
  const prefix = newPrefix();
  const { storage: objects, remove } = await openS3Storage(server, { prefix });
  const s3 = { address: server.address(prefix), env: server.env() };
  const fleet = await Fleet.start({ workers: 2, env, s3 });
  return {
    url: fleet.url,
    storage: fleet.storage,
    objects,
    async stop() {
      await fleet.stop();
      await objects.close();
      await remove();
    },
  };
}

describeFlow("in S3", () => startOne());
describeBatchFlow("in S3", (idle) => startOne({ PIXMILL_BATCH_IDLE: idle }));
describeResumableUploads("in S3", () => startOne());

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeFlow("in S3, distributed", () => startFleet());
  describeSourceFlow("in S3, distributed", () => startFleet(sourceEnv));
});
