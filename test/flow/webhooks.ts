import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, truncated } from "../pictures/index.ts";
import { accepted, finalImage, upload } from "../support/client.ts";
import { hang, type Received, Receiver } from "../support/receiver.ts";
import { until } from "../support/until.ts";

export interface WebhookDeployment {
  readonly url: string;
  /** kill -9 of every process that sends webhooks. */
  killSenders(): Promise<void>;
  /** Others in their place. `url` may be another after it. */
  startSenders(): Promise<void>;
  stop(): Promise<void>;
}

interface DeliveryView {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly { at: string; statusCode: number | null; error: string | null }[];
}

const webhookSecret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
/** What the deployment must be started with. */
export const webhookEnv = {
  PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on",
  PIXMILL_WEBHOOK_SECRET: webhookSecret,
} as const;

/** A verified webhook's content. Throws when the receivers' own library refuses it. */
function verified({ headers, body }: Received): { type: string; timestamp: string; data: unknown } {
  return new Webhook(webhookSecret).verify(body, headers) as ReturnType<typeof verified>;
}

export function describeWebhooks(name: string, start: () => Promise<WebhookDeployment>): void {
  describe(`${name}: webhooks`, () => {
    let deployment: WebhookDeployment;
    let receiver: Receiver;
    let content: Buffer;
    beforeAll(async () => {
      content = await photo({ width: 400, height: 300, format: "jpeg" });
      receiver = await Receiver.start();
      deployment = await start();
    });
    afterAll(async () => {
      await deployment?.stop();
      await receiver?.close();
    });

    const getJson = async <T>(path: string) => (await (await fetch(deployment.url + path)).json()) as T;
    const listed = async (query: string) =>
      (await getJson<{ items: DeliveryView[] }>(`/v1/webhooks/deliveries?${query}`)).items;
    const submit = async (path: string, picture = content) =>
      (
        await accepted(
          deployment.url,
          { name: "cat.jpg", content: picture },
          { callbackUrl: receiver.url + path },
        )
      ).id;

    /** The delivery of an image, once it is as it is waited for. */
    async function delivery(
      imageId: string,
      isSo: (delivery: DeliveryView) => boolean,
      withinMs = 30_000,
    ): Promise<DeliveryView> {
      let found: DeliveryView | undefined;
      await until(
        async () => {
          [found] = await listed(`imageId=${imageId}`);
          return found !== undefined && isSo(found);
        },
        { what: "the delivery", withinMs },
      );
      return found as DeliveryView;
    }
    const isTried = ({ attempts }: DeliveryView) => attempts.length > 0;
    const isDelivered = ({ status }: DeliveryView) => status === "delivered";

    it("tell of an image that is done, signed, as GET shows it", async () => {
      const id = await submit("/done");
      const { id: webhookId } = await delivery(id, isDelivered);
      const [received, ...more] = receiver.at("/done");
      expect(more).toEqual([]);
      const image = await finalImage(deployment.url, id);
      expect(received?.headers["webhook-id"]).toBe(webhookId);
      expect(received && verified(received)).toEqual({
        type: "image.done",
        timestamp: (image as unknown as { finishedAt: string }).finishedAt,
        data: image,
      });
    });

    it("tell of an image that failed", async () => {
      const id = await submit("/failed", truncated(content, 0.5));
      await delivery(id, isDelivered);
      const [received] = receiver.at("/failed");
      expect(received && verified(received)).toMatchObject({
        type: "image.failed",
        data: { id, status: "failed", error: { code: "corrupt_image" } },
      });
    });

    it("tell once of a batch, when it is over, and not of its images", async () => {
      const files = ["one.jpg", "two.jpg"].map((file) => ({ name: file, content }));
      const bad = { name: "bad.jpg", content: Buffer.from("no picture") };
      const response = await upload(deployment.url, [...files, bad], {
        callbackUrl: `${receiver.url}/batch`,
      });
      const { id } = (await response.json()) as { id: string };
      await until(async () => (await listed(`batchId=${id}`)).some(isDelivered), { what: "the delivery" });
      const [received, ...more] = receiver.at("/batch");
      expect(more).toEqual([]);
      expect(received && verified(received)).toMatchObject({
        type: "batch.done",
        data: { id, status: "done", counts: { total: 3, done: 2, failed: 1 } },
      });
    });

    it("are told truly in the log when the receiver is wrong, slow, gone or busy, and come again", async () => {
      receiver.answers.set("/redirect", (response) =>
        response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end(),
      );
      receiver.answers.set("/gone", (response) => response.writeHead(410).end());
      receiver.answers.set("/busy", (response) => response.writeHead(429, { "retry-after": "3600" }).end());
      receiver.answers.set("/endless", (response) => {
        response.writeHead(200);
        const chunk = Buffer.alloc(1 << 20);
        let left = 200;
        const more = () => (left-- > 0 ? response.write(chunk, (error) => error || more()) : response.end());
        more();
      });
      receiver.answers.set("/hang", hang);
      receiver.answers.set("/cut", (response) => response.destroy());
      receiver.answers.set("/broken", (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("thanks", () => response.destroy());
      });
      let wrong = true;
      receiver.answers.set("/wrong", (response) => {
        response.writeHead(wrong ? 500 : 200).end();
        wrong = false;
      });
      const ids = new Map<string, string>();
      for (const path of ["/redirect", "/gone", "/busy", "/endless", "/hang", "/cut", "/broken", "/wrong"]) {
        ids.set(path, await submit(path));
      }
      const down = await Receiver.start();
      const downUrl = `${down.url}/`;
      await down.close();
      const file = { name: "cat.jpg", content };
      ids.set("down", (await accepted(deployment.url, file, { callbackUrl: downUrl })).id);
      const tried = async (path: string) => delivery(ids.get(path) ?? "", isTried);

      const last = (seen: DeliveryView) => seen.attempts.at(0);
      expect(last(await tried("/redirect"))).toMatchObject({
        statusCode: 302,
        error: expect.stringMatching(/not followed/),
      });
      expect(await tried("/gone")).toMatchObject({ status: "failed", nextAttemptAt: null });
      const busy = await tried("/busy");
      expect(busy).toMatchObject({ status: "pending", attempts: [{ statusCode: 429 }] });
      expect(Date.parse(busy.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(3_000_000);
      expect(await tried("/endless")).toMatchObject({ status: "delivered" });
      expect(last(await tried("/hang"))).toMatchObject({
        statusCode: null,
        error: expect.stringMatching(/in time|too long/),
      });
      expect(last(await tried("/cut"))).toMatchObject({
        statusCode: null,
        error: expect.stringMatching(/broke/),
      });
      // It said 200, and broke off before it had said all: it may not have understood either.
      const broken = await tried("/broken");
      expect(broken).toMatchObject({ status: "pending" });
      expect(last(broken)).toMatchObject({ statusCode: null, error: expect.stringMatching(/broke/) });
      expect(last(await tried("down"))).toMatchObject({
        statusCode: null,
        error: expect.stringMatching(/refused/),
      });

      const mended = await delivery(ids.get("/wrong") ?? "", isDelivered);
      expect(mended.attempts).toMatchObject([{ statusCode: 500 }, { statusCode: 200, error: null }]);
      const [first, second] = mended.attempts.map(({ at }) => Date.parse(at));
      expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(4_900);
      const requests = receiver.at("/wrong");
      expect(new Set(requests.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([mended.id]));
      for (const received of requests) expect(verified(received)).toMatchObject({ type: "image.done" });
      expect(receiver.at("/elsewhere")).toEqual([]);
    });

    it("that were given up are listed, and replayed under the same id", async () => {
      receiver.answers.set("/mended", (response) => response.writeHead(410).end());
      const id = await submit("/mended");
      const dead = await delivery(id, ({ status }) => status === "failed");
      expect((await listed("status=failed")).map((item) => item.id)).toContain(dead.id);
      receiver.answers.delete("/mended");
      const replayed = await fetch(`${deployment.url}/v1/webhooks/deliveries/${dead.id}/replay`, {
        method: "POST",
      });
      expect(replayed.status).toBe(202);
      const again = await delivery(id, isDelivered);
      expect(again).toMatchObject({ id: dead.id, attempts: [{ statusCode: 410 }, { statusCode: 204 }] });
      const bodies = receiver.at("/mended").map(({ body }) => body);
      expect(bodies).toEqual([bodies[0], bodies[0]]);
    });

    it("that were delivered arrive again when they are replayed, under the same id", async () => {
      const id = await submit("/again");
      const { id: webhookId } = await delivery(id, isDelivered);
      const path = `${deployment.url}/v1/webhooks/deliveries/${webhookId}/replay`;
      expect((await fetch(path, { method: "POST" })).status).toBe(202);
      const again = await delivery(id, (seen) => isDelivered(seen) && seen.attempts.length === 2);
      expect(again).toMatchObject({ id: webhookId, attempts: [{ statusCode: 204 }, { statusCode: 204 }] });
      const [first, second, ...more] = receiver.at("/again");
      expect(more).toEqual([]);
      expect(second?.body).toBe(first?.body);
      expect(second?.headers["webhook-id"]).toBe(webhookId);
      expect(second && verified(second)).toMatchObject({ type: "image.done", data: { id } });
    });

    it("reach their receiver although their sender was killed in the middle", {
      timeout: 120_000,
    }, async () => {
      receiver.answers.set("/killed", hang);
      const id = await submit("/killed");
      await until(() => receiver.at("/killed").length === 1, { what: "the first attempt" });
      await deployment.killSenders();
      receiver.answers.delete("/killed");
      await deployment.startSenders();
      const arrived = await delivery(id, isDelivered, 60_000);
      expect(arrived.attempts).toMatchObject([
        { statusCode: null, error: expect.stringMatching(/lost/) },
        { statusCode: 204, error: null },
      ]);
      const [first, second] = receiver.at("/killed").map(({ headers }) => headers["webhook-id"]);
      expect(second).toBe(first);
    });
  });
}
