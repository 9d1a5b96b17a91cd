import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flat } from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { EventReader } from "../support/event-source.ts";
import { until } from "../support/until.ts";
import type { Deployment } from "./flow.ts";

/** What a client of `/v1/events` is promised, on every deployment. */
export function describeEventStream(name: string, start: () => Promise<Deployment>): void {
  describe(`${name}: the event stream`, () => {
    let deployment: Deployment;
    let content: Buffer;
    beforeAll(async () => {
      deployment = await start();
      content = await flat({ width: 400, height: 300 });
    });
    afterAll(() => deployment?.stop());

    const work = async (count: number) => {
      const ids: string[] = [];
      for (let index = 0; index < count; index++) {
        const { id } = await accepted(deployment.url, { name: `${index}.jpg`, content });
        await finalImage(deployment.url, id);
        ids.push(id);
      }
      return ids;
    };
    const doneIds = (reader: EventReader) =>
      reader.events.filter(({ type }) => type === "image.done").map(({ data }) => String(data.id));

    it("tells the story of an image in order, with the Image as data", async () => {
      const reader = await EventReader.open(deployment.url);
      const [id = ""] = await work(1);
      await until(() => doneIds(reader).includes(id), { what: "image.done" });
      reader.close();
      const story = reader.events.filter(({ data }) => data.id === id);
      expect(story.map(({ type }) => type)).toEqual(["image.queued", "image.processing", "image.done"]);
      expect(story.at(-1)?.data).toMatchObject({
        status: "done",
        variants: [{ status: "ready", width: 300 }],
      });
    });

    it("shows a client that was cut off and comes back everything once", async () => {
      const first = await EventReader.open(deployment.url);
      const before = await work(3);
      await until(() => doneIds(first).length >= 2, { what: "two images done" });
      first.close();
      const seenFirst = [...first.events];
      const during = await work(3);
      const second = await EventReader.open(deployment.url, { lastEventId: seenFirst.at(-1)?.id ?? "" });
      const after = await work(2);
      const all = () => [...seenFirst, ...second.events].filter(({ type }) => type === "image.done");
      await until(() => all().some(({ data }) => data.id === after.at(-1)), { what: "the last image" });
      second.close();
      expect(all().map(({ data }) => data.id)).toEqual([...before, ...during, ...after]);
      const ids = [...seenFirst, ...second.events]
        .filter(({ type }) => type !== "worker.heartbeat")
        .map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(second.events.some(({ type }) => type === "reset")).toBe(false);
    });

    it("begins with reset for an id of last week", async () => {
      const reader = await EventReader.open(deployment.url, { lastEventId: "1763000000000-17" });
      await until(() => reader.events.length > 0, { what: "the first event" });
      reader.close();
      expect(reader.events[0]?.type).toBe("reset");
    });

    it("tells only of the image that was asked for", async () => {
      const [other = ""] = await work(1);
      const { id } = await accepted(deployment.url, { name: "mine.jpg", content });
      const reader = await EventReader.open(deployment.url, { query: `?imageId=${other}` });
      await finalImage(deployment.url, id);
      await fetch(`${deployment.url}/v1/images/${other}`, { method: "DELETE" });
      await work(1);
      reader.close();
      expect(reader.events.filter(({ data }) => data.id === id)).toEqual([]);
    });

    it("shows that the workers live", async () => {
      const reader = await EventReader.open(deployment.url);
      await until(() => reader.events.some(({ type }) => type === "worker.heartbeat"), {
        what: "a heartbeat",
      });
      reader.close();
      const workers = (await (await fetch(`${deployment.url}/v1/workers`)).json()) as {
        id: string;
        done: number;
      }[];
      expect(workers.length).toBeGreaterThan(0);
    });
  });
}
