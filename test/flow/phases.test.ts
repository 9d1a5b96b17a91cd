import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { filesBelow } from "../support/files-below.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

const variants = JSON.stringify([
  { name: "large", width: 1200, format: "avif", quality: 60 },
  { name: "thumb", width: 200 },
  { name: "web", width: 600, format: "webp" },
]);

const oneAtATime = { PIXMILL_CONCURRENCY: "1" };

async function imageAt(url: string, id: string): Promise<ImageView> {
  return (await (await fetch(`${url}/v1/images/${id}`)).json()) as ImageView;
}

function readyOf({ variants: list }: ImageView): string[] {
  return list.filter(({ status }) => status === "ready").map(({ name }) => name);
}

async function cheapAreReadyAt(url: string, id: string): Promise<ImageView> {
  let image = await imageAt(url, id);
  const bothReady = async () => {
    image = await imageAt(url, id);
    return readyOf(image).length >= 2;
  };
  await until(bothReady, { what: "the cheap variants" });
  return image;
}

describe("an image with cheap and costly variants", () => {
  let pixmill: Pixmill;
  let picture: Buffer;
  beforeAll(async () => {
    picture = await photo({ width: 1600, height: 1200 });
    pixmill = await startPixmill({ env: oneAtATime });
  });
  afterAll(async () => {
    await pixmill.stop();
    await removeFolder(pixmill.storage);
  });

  const imageOf = (id: string) => imageAt(pixmill.url, id);
  const cheapAreReady = (id: string) => cheapAreReadyAt(pixmill.url, id);

  it("shows and serves the cheap ones before the costly one is made, and is done when all are", async () => {
    const { id } = await accepted(pixmill.url, { name: "a.jpg", content: picture }, { variants });
    const between = await cheapAreReady(id);
    expect(readyOf(between)).toEqual(["thumb", "web"]);
    expect(["queued", "processing"]).toContain(between.status);
    const variant = (name: string) => fetch(`${pixmill.url}/v1/images/${id}/variants/${name}`);
    expect((await variant("thumb")).status).toBe(200);
    const done = await finalImage(pixmill.url, id);
    expect(done).toMatchObject({ status: "done", error: null, attempt: 2 });
    expect(readyOf(done)).toEqual(["large", "thumb", "web"]);
    expect((await variant("large")).headers.get("content-type")).toBe("image/avif");
    // What the first phase showed is still the same file.
    expect(done.variants[1]).toEqual(between.variants[1]);
    expect(done.placeholder).toEqual(between.placeholder);
    expect(await resultsOf(id)).toHaveLength(3);
  });

  it("lets the cheap ones of others go before its costly one", async () => {
    const upload = (name: string) => accepted(pixmill.url, { name, content: picture }, { variants });
    const early = [await upload("a.jpg"), await upload("b.jpg"), await upload("c.jpg")];
    for (const { id } of early) await cheapAreReady(id);
    // All costly ones wait, or the first is at work, when this comes: it need not wait for the last of them.
    const late = await upload("d.jpg");
    await cheapAreReady(late.id);
    const statuses = await Promise.all(early.map(async ({ id }) => (await imageOf(id)).status));
    expect(
      statuses.every((status) => status === "done"),
      String(statuses),
    ).toBe(false);
    for (const { id } of [...early, late]) expect((await finalImage(pixmill.url, id)).status).toBe("done");
  });

  it("keeps its promise when the process is killed between the two", async () => {
    const killed = await startPixmill({ env: oneAtATime });
    const { id } = await accepted(killed.url, { name: "a.jpg", content: picture }, { variants });
    await cheapAreReadyAt(killed.url, id);
    await killed.killAll();
    const again = await startPixmill({ storage: killed.storage });
    expect(readyOf(await finalImage(again.url, id))).toEqual(["large", "thumb", "web"]);
    await again.stop();
    await removeFolder(killed.storage);
  });

  it("can be cancelled between the two, and tried again for the rest", async () => {
    const { id } = await accepted(pixmill.url, { name: "a.jpg", content: picture }, { variants });
    const between = await cheapAreReady(id);
    const post = (verb: string) => fetch(`${pixmill.url}/v1/images/${id}/${verb}`, { method: "POST" });
    expect((await post("cancel")).status).toBe(200);
    expect(readyOf(await imageOf(id))).toEqual(["thumb", "web"]);
    expect((await post("retry")).status).toBeLessThan(300);
    const done = await finalImage(pixmill.url, id);
    expect(readyOf(done)).toEqual(["large", "thumb", "web"]);
    expect(done.variants[1]).toEqual(between.variants[1]);
    expect(await resultsOf(id)).toHaveLength(3);
  });

  async function resultsOf(id: string) {
    return (await filesBelow(join(pixmill.storage, "processed"))).filter((path) => path.includes(id));
  }
});
