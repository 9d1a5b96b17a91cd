import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, bytesOf, finalImage, type ImageView } from "../support/client.ts";
import { EventReader } from "../support/event-source.ts";
import { until } from "../support/until.ts";
import type { Deployment } from "./flow.ts";
import { type Answer, SourceServer } from "./source-server.ts";

/** For a deployment that may fetch from the test's own server. */
export const sourceEnv = { PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on", PIXMILL_MAX_FILE_SIZE: "1mb" };

export async function submitUrl(api: string, url: string, fields: object = {}): Promise<ImageView> {
  const response = await fetch(`${api}/v1/images`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: { url }, ...fields }),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as ImageView;
}

/** Images whose originals a worker fetches, from the outside, the same on every deployment. */
export function describeSourceFlow(name: string, start: () => Promise<Deployment>): void {
  describe(`${name}: the story of an image that comes by its address`, () => {
    let deployment: Deployment;
    let url: string;
    let picture: Buffer;
    let server: SourceServer;
    beforeAll(async () => {
      picture = await photo({ width: 800, height: 600, format: "jpeg" });
      server = await SourceServer.start();
      deployment = await start();
      url = deployment.url;
    });
    afterAll(async () => {
      await deployment?.stop();
      await server?.stop();
    });
    const serve = (path: string, answer: Answer) => void server.answers.set(path, answer);
    const fetched = async (path: string) => finalImage(url, (await submitUrl(url, server.url(path))).id);

    it("is accepted without its original, fetched, and made", async () => {
      serve("/cats/tom.jpg?size=2", (response) => response.end(picture));
      const image = await submitUrl(url, server.url("/cats/tom.jpg?size=2"), { metadata: { shop: 7 } });
      expect(image).toMatchObject({ status: "queued", filename: "tom.jpg", original: null });
      const done = await finalImage(url, image.id);
      expect(done).toMatchObject({
        status: "done",
        metadata: { shop: 7 },
        original: {
          format: "jpeg",
          width: 800,
          height: 600,
          bytes: picture.length,
          sha256: createHash("sha256").update(picture).digest("hex"),
        },
        variants: [{ name: "thumb", status: "ready", width: 300, height: 300 }],
      });
      const original = await bytesOf(await fetch(url + done.original?.url));
      expect(Buffer.from(original).equals(picture)).toBe(true);
      expect((await fetch(`${url}/v1/images/${image.id}`, { method: "DELETE" })).status).toBe(204);
      expect((await fetch(url + done.original?.url)).status).toBe(410);
    });

    it("may be three redirects away", async () => {
      for (const hop of [1, 2, 3]) {
        serve(`/hop/${hop}`, (response) => response.writeHead(302, { location: `/hop/${hop + 1}` }).end());
      }
      serve("/hop/4", (response) => response.end(picture));
      expect(await fetched("/hop/1")).toMatchObject({ status: "done", filename: "1" });
    });

    it.each<[string, string, Answer]>([
      ["is a page", "unsupported_format", (r) => r.setHeader("content-type", "image/jpeg").end("<html>")],
      ["is empty", "empty_file", (r) => r.end()],
      ["never ends", "file_too_large", endless],
      [
        "says it is too long",
        "file_too_large",
        (r) => r.writeHead(200, { "content-length": 2 << 20 }).write("x"),
      ],
      [
        "is compressed",
        "source_unreachable",
        (r) => r.setHeader("content-encoding", "gzip").end(gzipSync("x")),
      ],
      ["is not there", "source_unreachable", (r) => r.writeHead(404).end("a secret of the inner server")],
      [
        "leads to metadata",
        "source_forbidden",
        (r) => r.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      ],
      [
        "leads to a file",
        "source_forbidden",
        (r) => r.writeHead(302, { location: "file:///etc/passwd" }).end(),
      ],
      ["leads in circles", "source_unreachable", (r) => r.writeHead(302, { location: "?again" }).end()],
      ["is cut short", "corrupt_image", (r) => r.end(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))],
    ])("that %s fails with %s at the first try", async (what, code, answer) => {
      const path = `/${code}/${encodeURIComponent(what)}`;
      serve(path, answer);
      serve(`${path}?again`, answer);
      const failed = await fetched(path);
      expect(failed).toMatchObject({ status: "failed", original: null, attempt: 1, error: { code } });
      expect(failed.error?.message).not.toContain("secret");
      expect(server.timesAsked(path)).toBe(1);
    });

    it("is tried again while the other side is in trouble, and a broken download is no image", async () => {
      let times = 0;
      serve("/flaky", (response) => {
        times += 1;
        if (times === 1) response.writeHead(503).end();
        else if (times === 2) {
          response.writeHead(200, { "content-length": picture.length });
          response.write(picture.subarray(0, 1000), () => response.destroy());
        } else response.end(picture);
      });
      expect(await fetched("/flaky")).toMatchObject({ status: "done", original: { bytes: picture.length } });
      expect(times).toBe(3);
    });

    it("fails after four tries, and a retry on request fetches it anew", async () => {
      serve("/down", (response) => response.writeHead(500).end("a secret of the inner server"));
      const failed = await fetched("/down");
      expect(failed).toMatchObject({
        status: "failed",
        error: {
          code: "source_unreachable",
          message: "The server answered with status 500.",
          retryable: true,
        },
      });
      expect(server.timesAsked("/down")).toBe(4);
      serve("/down", (response) => response.end(picture));
      expect((await fetch(`${url}/v1/images/${failed.id}/retry`, { method: "POST" })).status).toBe(202);
      expect(await finalImage(url, failed.id)).toMatchObject({ status: "done" });
    });

    it("holds nobody up while it drips, and is let go when it is cancelled", async () => {
      serve("/slow", (response) => response.writeHead(200).write("x"));
      const slow = await Promise.all(Array.from({ length: 8 }, () => submitUrl(url, server.url("/slow"))));
      await until(() => server.open === 8, { what: "eight open downloads" });
      serve("/quick.jpg", (response) => response.end(picture));
      const sent = await accepted(url, { name: "sent.jpg", content: picture });
      expect(await finalImage(url, sent.id)).toMatchObject({ status: "done" });
      expect(await fetched("/quick.jpg")).toMatchObject({ status: "done" });
      expect(server.open).toBe(8);
      for (const { id } of slow) {
        expect((await fetch(`${url}/v1/images/${id}/cancel`, { method: "POST" })).status).toBe(200);
      }
      await until(() => server.open === 0, { what: "the end of the cancelled downloads" });
      for (const { id } of slow) expect(await finalImage(url, id)).toMatchObject({ status: "cancelled" });
    });

    it("does not wait for a batch whose addresses drip, on one server or on many", async () => {
      const servers = await Promise.all(Array.from({ length: 20 }, () => SourceServer.start()));
      const slow = [...servers, ...servers.map(() => servers[0])].map((one) => one?.url("/drip"));
      for (const one of servers) one.answers.set("/drip", dripping);
      const response = await fetch(`${url}/v1/batches`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ images: slow.map((address) => ({ source: { url: address } })) }),
      });
      const { id } = (await response.json()) as { id: string };
      const open = () => servers.reduce((sum, one) => sum + one.open, 0);
      await until(() => open() >= 16, { what: "sixteen open downloads" });
      serve("/before.jpg", (answer) => answer.end(picture));
      expect(await fetched("/before.jpg")).toMatchObject({ status: "done" });
      expect(open()).toBeGreaterThanOrEqual(16);
      await fetch(`${url}/v1/batches/${id}`, { method: "DELETE" });
      await Promise.all(servers.map((one) => one.stop()));
    });

    it("is told of step by step", async () => {
      serve("/told.jpg", (response) => response.end(picture));
      const reader = await EventReader.open(url);
      const { id } = await submitUrl(url, server.url("/told.jpg"));
      const story = () => reader.events.filter(({ data }) => data.id === id);
      await until(() => story().at(-1)?.type === "image.done", { what: "image.done" });
      reader.close();
      expect(story().map(({ type }) => type)).toEqual([
        "image.queued",
        "image.processing",
        "image.queued",
        "image.processing",
        "image.done",
      ]);
      expect(story().at(-1)?.data).toMatchObject({ original: { width: 800 } });
    });
  });
}

/** Faster than what is given up, and far slower than anybody waits for. */
const dripping: Answer = (response) => {
  const drip = setInterval(() => response.write(Buffer.alloc(1_000)), 200);
  response.on("close", () => clearInterval(drip));
};

const endless: Answer = (response) => {
  const more = () => response.write(Buffer.alloc(10_000), (error) => error || setImmediate(more));
  more();
};
