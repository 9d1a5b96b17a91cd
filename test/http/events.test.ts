import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, type ImageView } from "../support/client.ts";
import { until } from "../support/until.ts";
import { openSocket } from "./raw-socket.ts";
import { startServer, type TestServer } from "./server.ts";

interface SeenEvent {
  readonly id: string;
  readonly event: string;
  readonly data: ImageView;
}

describe("the event stream", () => {
  let server: TestServer;
  let picture: Buffer;
  let readers: AbortController;
  beforeEach(async () => {
    server = await startServer();
    readers = new AbortController();
    picture = await photo({ width: 60, height: 40, format: "png" });
  });
  afterEach(async () => {
    readers.abort();
    await server.close();
  });

  /** Reads a stream into a list, as a browser does. */
  async function watch(query = "", lastEventId?: string): Promise<SeenEvent[]> {
    const seen: SeenEvent[] = [];
    const response = await fetch(`${server.url}/v1/events${query}`, {
      signal: readers.signal,
      headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    void readInto(seen, response).catch(() => {});
    return seen;
  }

  const upload = () => accepted(server.url, { name: "a.png", content: picture });

  it("follows nothing when it is asked for what is no id", async () => {
    const seen = await watch("?imageId=%00");
    await watch("?batchId=%00");
    const all = await watch();
    await upload();
    await until(async () => all.length > 0, { what: "an event" });
    expect(seen).toEqual([]);
  });

  it("tells of an image with the image itself, under an id", async () => {
    const seen = await watch();
    const image = await upload();
    await until(() => seen.length > 0, { what: "an event" });
    expect(seen[0]).toMatchObject({ event: "image.queued", id: expect.stringMatching(/^\w+-\d+$/) });
    expect(seen[0]?.data).toEqual(image);
  });

  it("tells only of the image or the batch that was asked for", async () => {
    const one = await upload();
    const ofImage = await watch(`?imageId=${one.id}`);
    const ofBatch = await watch("?batchId=019b0000-0000-7000-8000-000000000000");
    await upload();
    await fetch(`${server.url}/v1/images/${one.id}/cancel`, { method: "POST" });
    await until(() => ofImage.length > 0, { what: "the cancellation" });
    expect(ofImage.map(({ event, data }) => [event, data.id])).toEqual([["image.cancelled", one.id]]);
    expect(ofBatch).toEqual([]);
  });

  it("goes on after Last-Event-ID without a gap", async () => {
    const seen = await watch();
    for (let i = 0; i < 5; i++) await upload();
    await until(() => seen.length === 5, { what: "five events" });
    const again = await watch("", seen[1]?.id);
    await until(() => again.length === 3, { what: "the three that were missed" });
    expect(again.map(({ id }) => id)).toEqual(seen.slice(2).map(({ id }) => id));
  });

  it("begins with reset when the id is from another time", async () => {
    const seen = await watch("", "old-17");
    await until(() => seen.length > 0, { what: "the reset" });
    expect(seen[0]?.event).toBe("reset");
  });

  it("refuses a filter that it does not know", async () => {
    const response = await fetch(`${server.url}/v1/events?imageid=x`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining("imageId") }],
    });
  });

  it("gives all 10,000 kept events to one who comes back and reads them", async () => {
    const { id } = await upload();
    const first = await watch("", "x-0");
    await until(() => first.length === 1, { what: "the reset" });
    for (let i = 0; i < 10_000; i++) server.events.publish({ type: "image.queued", imageId: id });
    const seen = await watch("", first[0]?.id);
    await until(() => seen.length === 10_000, { what: "all events" });
    expect(new Set(seen.map((event) => event.id)).size).toBe(10_000);
  });

  it("drops a client that does not read, and the others hear everything", async () => {
    const deaf = await openSocket(server.port);
    deaf.socket.pause();
    deaf.send("GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n");
    const seen = await watch();
    const { id } = await upload();
    const isOpen = () => !server.log.some(({ path, aborted }) => path === "/v1/events" && aborted);
    let published = 1;
    // The kernels of both ends hold some megabytes before the stream's own bound counts.
    while (isOpen() && published < 60_000) {
      for (let i = 0; i < 500; i++) server.events.publish({ type: "image.queued", imageId: id });
      published += 500;
      await until(() => seen.length === published, { what: "the reader that reads" });
    }
    expect(isOpen()).toBe(false);
    deaf.destroy();
  });
});

async function readInto(seen: SeenEvent[], response: Response): Promise<void> {
  let text = "";
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const lines = block.split("\n").map((line) => line.split(/: (.*)/, 2));
      const fields = Object.fromEntries(lines) as Record<string, string>;
      if (fields.event) {
        seen.push({
          id: fields.id ?? "",
          event: fields.event,
          data: JSON.parse(fields.data ?? "null") as ImageView,
        });
      }
    }
  }
}
