import { afterEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

const fleet: Pixmill[] = [];
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await temporaryFolder();
  folders.push(folder);
  return folder;
}

async function start(storage: string): Promise<Pixmill> {
  const pixmill = await startPixmill({ storage, env: { PIXMILL_CONCURRENCY: "2" } });
  fleet.push(pixmill);
  return pixmill;
}

afterEach(async () => {
  for (const pixmill of fleet.splice(0)) await pixmill.killAll();
  for (const folder of folders.splice(0)) await removeFolder(folder);
});

async function listImages(url: string): Promise<ImageView[]> {
  const { items } = (await (await fetch(`${url}/v1/images?limit=100`)).json()) as { items: ImageView[] };
  return items;
}

describe("invariant 1: a 202 is kept", () => {
  it("ends all of 24 queued photos after kill -9 of everything and a new start", async () => {
    const content = await photo({ width: 2000, height: 1500, format: "jpeg" });
    const storage = await newFolder();
    const first = await start(storage);
    const ids: string[] = [];
    for (let index = 0; index < 24; index++) {
      ids.push((await accepted(first.url, { name: `photo-${index}.jpg`, content })).id);
    }
    const before = await listImages(first.url);
    expect(before.some(({ status }) => status !== "done")).toBe(true);
    await first.killAll();
    const second = await start(storage);
    for (const id of ids) {
      expect(await finalImage(second.url, id)).toMatchObject({
        status: "done",
        variants: [{ status: "ready", width: 300, height: 300 }],
      });
    }
  });

  it("keeps the acceptances of which the client was told, at whatever moment it is killed", async () => {
    const content = await photo({ width: 640, height: 480, format: "jpeg" });
    const storage = await newFolder();
    const told: string[] = [];
    for (let round = 0; round < 4; round++) {
      const pixmill = await start(storage);
      const uploads = Array.from({ length: 40 }, async (_, index) => {
        const { id } = await accepted(pixmill.url, { name: `${round}-${index}.jpg`, content });
        told.push(id);
      });
      for (const promise of uploads) promise.catch(() => {});
      const enough = told.length + 3 + round * 5;
      await until(() => told.length >= enough);
      await pixmill.killAll();
      await Promise.allSettled(uploads);
    }
    const last = await start(storage);
    expect(told.length).toBeGreaterThan(20);
    for (const id of told) expect(await finalImage(last.url, id)).toMatchObject({ status: "done" });
  });
});

describe("an upload under an Idempotency-Key", () => {
  it("is one image, whenever the service was killed and however often it is sent again", async () => {
    const content = await photo({ width: 64, height: 48, format: "png" });
    const storage = await newFolder();
    const send = async (url: string, key: string) => {
      const response = await fetch(`${url}/v1/images`, {
        method: "POST",
        headers: { "content-type": "image/png", "idempotency-key": key },
        body: new Uint8Array(content),
      });
      expect(response.status).toBe(202);
      return ((await response.json()) as ImageView).id;
    };
    const keys = Array.from({ length: 40 }, (_, index) => `upload-${index}`);
    const told = new Map<string, string>();
    let answers = 0;
    const sendAll = (url: string) =>
      keys.map(async (key) => {
        const id = await send(url, key);
        expect(id).toBe(told.get(key) ?? id);
        told.set(key, id);
        answers += 1;
      });
    for (let round = 0; round < 2; round++) {
      const pixmill = await start(storage);
      const sending = Promise.allSettled(sendAll(pixmill.url));
      const enough = answers + 10;
      await until(() => answers >= enough);
      await pixmill.killAll();
      await sending;
    }
    const last = await start(storage);
    await Promise.all(sendAll(last.url));
    expect(await listImages(last.url)).toHaveLength(keys.length);
  }, 180_000);
});

describe("a stop by SIGTERM", () => {
  it("finishes the running images, takes no new ones, and exits 0", async () => {
    const content = await photo({ width: 2000, height: 1500, format: "jpeg" });
    // So much work for each that the last ones still wait when the stop comes, on a fast machine too.
    const slow = { variants: JSON.stringify([{ name: "big", width: 1800, format: "webp", quality: 95 }]) };
    const storage = await newFolder();
    const pixmill = await start(storage);
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) {
      ids.push((await accepted(pixmill.url, { name: `photo-${index}.jpg`, content }, slow)).id);
    }
    await until(async () => (await listImages(pixmill.url)).some(({ status }) => status === "processing"));
    expect(await pixmill.stop()).toBe(0);
    const finished = pixmill.log().filter(({ status }) => status === "done");
    expect(finished.length).toBeLessThan(12);
    const again = await start(storage);
    const images = await listImages(again.url);
    // What was in work was finished, not thrown away: nothing was begun twice.
    for (const id of ids)
      expect(await finalImage(again.url, id)).toMatchObject({ status: "done", attempt: 1 });
    expect(images.length).toBe(12);
  });

  it("refuses a second process on the same folder with one sentence", async () => {
    const storage = await newFolder();
    await start(storage);
    await expect(start(storage)).rejects.toThrow(/another .*process|in use|already/i);
  });
});
