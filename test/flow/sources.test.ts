import { afterEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { finalImage } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";
import { SourceServer } from "./source-server.ts";
import { describeSourceFlow, sourceEnv, submitUrl } from "./sources.ts";

describeSourceFlow("embedded", async () => {
  const pixmill = await startPixmill({ env: sourceEnv });
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
  describeSourceFlow("distributed", () => Fleet.start({ workers: 2, env: sourceEnv }));
});

describe("invariant 1: a 202 is kept, also for an address", () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  /** Gives half a picture and hangs, until `heal` is called. */
  async function hangingSource() {
    const picture = await photo({ width: 800, height: 600, format: "jpeg" });
    const server = await SourceServer.start();
    cleanUp.push(() => server.stop());
    server.answers.set("/cat.jpg", (response) => {
      response.writeHead(200, { "content-length": picture.length });
      response.write(picture.subarray(0, picture.length / 2));
    });
    const heal = () => server.answers.set("/cat.jpg", (response) => response.end(picture));
    return { server, heal };
  }

  it("when everything is killed in the middle of the download", async () => {
    const { server, heal } = await hangingSource();
    const storage = await temporaryFolder();
    cleanUp.push(() => removeFolder(storage));
    const first = await startPixmill({ storage, env: sourceEnv });
    const { id } = await submitUrl(first.url, server.url("/cat.jpg"));
    await until(() => server.open === 1, { what: "the download" });
    await first.killAll();
    heal();
    const second = await startPixmill({ storage, env: sourceEnv });
    cleanUp.push(() => second.killAll());
    expect(await finalImage(second.url, id)).toMatchObject({ status: "done", original: { width: 800 } });
  }, 120_000);

  it("when the service is stopped in the middle of the download, which is no try of the source", async () => {
    const { server, heal } = await hangingSource();
    const storage = await temporaryFolder();
    cleanUp.push(() => removeFolder(storage));
    const env = { ...sourceEnv, PIXMILL_STOP_TIMEOUT: "1s" };
    const first = await startPixmill({ storage, env });
    const { id } = await submitUrl(first.url, server.url("/cat.jpg"));
    await until(() => server.open === 1, { what: "the download" });
    expect(await first.stop()).toBe(0);
    heal();
    const second = await startPixmill({ storage, env });
    cleanUp.push(() => second.killAll());
    expect(await finalImage(second.url, id)).toMatchObject({ status: "done" });
  }, 120_000);

  it.runIf(requireFleet())(
    "when the worker that downloads is killed, and another has to",
    async () => {
      const { server, heal } = await hangingSource();
      const fleet = await Fleet.start({ workers: 1, env: sourceEnv });
      cleanUp.push(() => fleet.stop());
      const { id } = await submitUrl(fleet.url, server.url("/cat.jpg"));
      await until(() => server.open === 1, { what: "the download" });
      await fleet.workers.get("worker-1")?.killAll();
      heal();
      await fleet.startWorker("worker-2");
      expect(await finalImage(fleet.url, id)).toMatchObject({ status: "done", worker: "worker-2" });
    },
    180_000,
  );
});
