import { describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { Receiver } from "../support/receiver.ts";
import { until } from "../support/until.ts";
import { describeWebhooks, type WebhookDeployment, webhookEnv } from "./webhooks.ts";

async function startEmbedded(): Promise<WebhookDeployment> {
  const storage = await temporaryFolder();
  const start = () => startPixmill({ storage, env: { ...webhookEnv, PIXMILL_CONCURRENCY: "2" } });
  let pixmill: Pixmill = await start();
  return {
    get url() {
      return pixmill.url;
    },
    killSenders: () => pixmill.killAll(),
    async startSenders() {
      pixmill = await start();
    },
    async stop() {
      await pixmill.killAll();
      await removeFolder(storage);
    },
  };
}

async function startDistributed(): Promise<WebhookDeployment> {
  const fleet = await Fleet.start({ workers: 2, env: webhookEnv });
  return {
    url: fleet.url,
    async killSenders() {
      for (const worker of fleet.workers.values()) await worker.killAll();
    },
    async startSenders() {
      await fleet.startWorker("worker-3");
    },
    stop: () => fleet.stop(),
  };
}

describeWebhooks("embedded", startEmbedded);

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeWebhooks("distributed", startDistributed);

  it("a webhook whose image ended while no worker lived is sent by the next that comes", async () => {
    const receiver = await Receiver.start();
    const fleet = await Fleet.start({ workers: 1, env: webhookEnv });
    try {
      for (const worker of fleet.workers.values()) await worker.killAll();
      const content = await photo({ width: 40, height: 30, format: "jpeg" });
      const { id } = await accepted(fleet.url, { name: "a.jpg", content }, { callbackUrl: receiver.url });
      const cancelled = await fetch(`${fleet.url}/v1/images/${id}/cancel`, { method: "POST" });
      expect(cancelled.status).toBe(200);
      await fleet.startWorker("worker-2");
      await until(() => receiver.received.length > 0, { what: "the webhook" });
      expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
        type: "image.cancelled",
        data: { id },
      });
    } finally {
      await fleet.stop();
      await receiver.close();
    }
  });
});
