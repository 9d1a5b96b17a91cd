import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accepted } from "../../test/contracts/catalog-fixtures.ts";
import { hang, Receiver } from "../../test/support/receiver.ts";
import { openSeams } from "../../test/support/seams.ts";
import { until } from "../../test/support/until.ts";
import type { DeliveryRecord } from "../catalog/delivery-record.ts";
import { createMetrics } from "../metrics.ts";
import { Courier } from "./courier.ts";

const secrets = [`whsec_${Buffer.alloc(32, 1).toString("base64")}`];

describe("a courier", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  let receiver: Receiver;
  let courier: Courier | undefined;
  const metrics = createMetrics();
  beforeEach(async () => {
    seams = await openSeams();
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await courier?.stop(0);
    await receiver.close();
    await seams.close();
  });

  function start({ allowPrivate = true } = {}): void {
    courier = new Courier({ ...seams, policy: { allowPrivate }, secrets, recorder: metrics.webhooks });
  }

  /** A delivery to that address, of an image that was cancelled. */
  async function deliveryTo(callbackUrl: string): Promise<string> {
    const image = await accepted(seams.catalog, { callbackUrl });
    await seams.catalog.images.cancel(image.id);
    const { items } = await seams.catalog.deliveries.list({ imageId: image.id, limit: 1 });
    return items[0]?.id ?? "";
  }

  const find = async (id: string) => (await seams.catalog.deliveries.find(id)) as DeliveryRecord;
  const ended = (id: string) => until(async () => (await find(id)).endedAt !== null, { what: "its end" });
  const tried = (id: string) =>
    until(async () => (await find(id)).attempts.length > 0, { what: "an attempt" });

  it("sends what is due, also what became so without its knowledge", async () => {
    const waiting = await deliveryTo(`${receiver.url}/before`);
    start();
    await ended(waiting);
    await ended(await deliveryTo(`${receiver.url}/after`));
    expect(receiver.received.map(({ path }) => path)).toEqual(["/before", "/after"]);
    expect(receiver.received[0]?.headers).toMatchObject({
      "webhook-id": waiting,
      "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
      "webhook-signature": expect.stringMatching(/^v1,/),
      "content-type": "application/json",
    });
    expect((await find(waiting)).payload).toBe(receiver.received[0]?.body);
  });

  it("sends to others while one receiver hangs, which keeps four of its hands at most", async () => {
    receiver.answers.set("/hang", hang);
    const other = await Receiver.start();
    try {
      for (let index = 0; index < 40; index++) await deliveryTo(`${receiver.url}/hang`);
      const id = await deliveryTo(other.url);
      start();
      await ended(id);
      expect(await find(id)).toMatchObject({ status: "delivered" });
      await until(() => receiver.received.length === 4);
      expect(receiver.mostAtOnce).toBe(4);
    } finally {
      await other.close();
    }
  });

  it("never sends to a private address unless it is allowed, and gives up at once", async () => {
    const ids = [
      await deliveryTo(receiver.url),
      await deliveryTo(receiver.url.replace("127.0.0.1", "localhost")),
    ];
    start({ allowPrivate: false });
    for (const id of ids) {
      await ended(id);
      expect(await find(id)).toMatchObject({
        status: "failed",
        attempts: [{ statusCode: null, error: expect.stringMatching(/port|leads to/) }],
      });
    }
    expect(receiver.received).toEqual([]);
  });

  it("shows nothing of an answer but its status, and reads no more than the beginning of it", async () => {
    let written = 0;
    receiver.answers.set("/long", (response) => {
      response.writeHead(500, { "x-secret": "secret" });
      const chunk = Buffer.from("secret ".repeat(10_000));
      const more = () => {
        if (written > 200 << 20) return response.end();
        written += chunk.length;
        response.write(chunk, (error) => error || more());
      };
      more();
    });
    const id = await deliveryTo(`${receiver.url}/long`);
    start();
    await tried(id);
    const delivery = await find(id);
    expect(delivery.attempts).toMatchObject([{ statusCode: 500, error: "The receiver answered 500." }]);
    expect(JSON.stringify([delivery, seams.log])).not.toContain("secret");
    // What the sockets of both sides take without being read.
    expect(written).toBeLessThan(50 << 20);
  });

  it("keeps the path and the query of an address out of the log", async () => {
    const id = await deliveryTo(`${receiver.url}/token-in-path?token=in-query`);
    start();
    await ended(id);
    expect(seams.log).toContainEqual(
      expect.objectContaining({ msg: "webhook delivered", deliveryId: id, receiver: receiver.url }),
    );
    expect(JSON.stringify(seams.log)).not.toContain("token");
  });

  it("gives back what it sends when it must stop, and waits for it when there is time", async () => {
    receiver.answers.set("/hang", hang);
    const hanging = await deliveryTo(`${receiver.url}/hang`);
    start();
    await until(() => receiver.received.length === 1);
    await courier?.stop(0);
    expect(await find(hanging)).toMatchObject({ status: "pending", attempts: [], tries: 0 });
    receiver.answers.set("/hang", (response) => setTimeout(() => response.end("late"), 300));
    start();
    await until(() => receiver.received.length === 2);
    await courier?.stop(10_000);
    expect(await find(hanging)).toMatchObject({ status: "delivered" });
  });

  it("counts its attempts by how they ended", async () => {
    const count = async (outcome: string) => {
      const line = (await metrics.text()).match(
        new RegExp(`pixmill_webhook_attempts_total\\{outcome="${outcome}"\\} (\\d+)`),
      );
      return Number(line?.[1] ?? 0);
    };
    const outcomes = ["delivered", "retried", "failed"];
    const before = await Promise.all(outcomes.map(count));
    receiver.answers.set("/again", (response) => response.writeHead(404).end());
    receiver.answers.set("/gone", (response) => response.writeHead(410).end());
    const ids = await Promise.all(["/", "/again", "/gone"].map((path) => deliveryTo(receiver.url + path)));
    start();
    for (const id of ids) await tried(id);
    expect(await Promise.all(outcomes.map(count))).toEqual(before.map((number) => number + 1));
  });
});
