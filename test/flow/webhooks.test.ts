import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { Receiver } from "../support/receiver.ts";
import { runCli } from "../support/run-cli.ts";
import { metadataOf, tus } from "../support/tus.ts";
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

/** Of a service that two clients share. */
const sharedEnv = { ...webhookEnv, PIXMILL_API_KEYS: "shop-key,blog-key" };

async function secretOf(key: string): Promise<string> {
  const env = { ...sharedEnv, ITS_KEY: key };
  return (await runCli(["webhook-secret", "--api-key", "env:ITS_KEY"], { env })).stdout.trim();
}

function describeSecrets(
  name: string,
  start: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>,
): void {
  it(`${name}: what was uploaded with an API key is signed by its own secret too, by no other's`, async () => {
    const receiver = await Receiver.start();
    const service = await start();
    const { url } = service;
    try {
      const content = await photo({ width: 40, height: 30, format: "jpeg" });
      for (const key of ["shop-key", "blog-key"]) {
        const authorization = `Bearer ${key}`;
        for (const files of [1, 2]) {
          const form = new FormData();
          for (let file = 0; file < files; file++)
            form.append("file", new Blob([new Uint8Array(content)]), "a.jpg");
          form.append("callbackUrl", `${receiver.url}/${key}`);
          const sent = await fetch(`${url}/upload`, {
            method: "POST",
            headers: { authorization },
            body: form,
          });
          expect(sent.status).toBe(202);
        }
        const headers = {
          authorization,
          "upload-defer-length": "1",
          "upload-metadata": metadataOf({ callbackUrl: `${receiver.url}/${key}` }),
        };
        const begun = await tus(`${url}/v1/uploads`, "POST", headers);
        const address = new URL(begun.headers.get("location") ?? "", url).href;
        const whole = { authorization, "upload-offset": "0", "upload-length": String(content.length) };
        expect((await tus(address, "PATCH", whole, content)).status).toBe(204);
      }
      await until(() => receiver.received.length >= 6, { what: "the webhooks" });
      const secrets = { "/shop-key": await secretOf("shop-key"), "/blog-key": await secretOf("blog-key") };
      for (const { path, headers, body } of receiver.received) {
        const fitting = Object.entries(secrets)
          .filter(([, secret]) => verifies(secret, headers, body))
          .map(([of]) => of);
        expect(fitting).toEqual([path]);
        expect(verifies(webhookEnv.PIXMILL_WEBHOOK_SECRET, headers, body)).toBe(true);
      }
    } finally {
      await service.stop();
      await receiver.close();
    }
  });
}

function verifies(secret: string, headers: Record<string, string>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

describeWebhooks("embedded", startEmbedded);
describeSecrets("embedded", async () => {
  const pixmill = await startPixmill({ env: sharedEnv });
  return {
    url: pixmill.url,
    async stop() {
      await pixmill.killAll();
      await removeFolder(pixmill.storage);
    },
  };
});

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeWebhooks("distributed", startDistributed);
  describeSecrets("distributed", () => Fleet.start({ workers: 1, env: sharedEnv }));

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
