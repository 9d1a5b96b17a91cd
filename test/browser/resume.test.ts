import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { heavyPng } from "../pictures/heavy.ts";
import { seriousFaultsInBothThemes } from "../support/axe.ts";
import { listBatches, namesInBatch } from "../support/batches.ts";
import { requireChromium } from "../support/browser.ts";
import { freePort } from "../support/free-port.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { smallPictures } from "../support/small-pictures.ts";
import { until } from "../support/until.ts";
import { buildPage, type OpenPage, openPage } from "../support/web-page.ts";

const files = 120;

describe.runIf(requireChromium())("uploads that are interrupted", () => {
  let pixmill: Pixmill;
  let env: { PORT: string };
  let folder: string;
  let album: string;
  let names: string[];
  let opened: OpenPage;
  let page: Page;
  beforeAll(async () => {
    await buildPage();
    folder = await temporaryFolder();
    album = join(folder, "album");
    names = (await smallPictures(album, files)).map((path) => path.slice(album.length + 1));
    // The page knows the service by its port.
    env = { PORT: String(await freePort()) };
    pixmill = await startPixmill({ env });
  }, 120_000);
  beforeEach(async () => {
    await opened?.close();
    opened = await openPage(pixmill.url);
    page = opened.page;
  });
  afterAll(async () => {
    await opened?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  const give = () => page.getByLabel("Choose a folder").first().setInputFiles(album);
  const newest = async () => (await listBatches(pixmill.url))[0];
  /** Milliseconds that each answer takes longer; bytes a second. */
  const slowDown = async (latency: number, uploadThroughput = -1) => {
    const network = await page.context().newCDPSession(page);
    const rest = { offline: false, downloadThroughput: -1 };
    await network.send("Network.emulateNetworkConditions", { ...rest, latency, uploadThroughput });
  };
  const someAreSent = () =>
    until(async () => ((await newest())?.counts.total ?? 0) >= files / 4, { what: "a quarter of the files" });
  const allAreDone = async () => {
    const isOver = async () => (await newest())?.status === "done";
    await until(isOver, { what: "the end of the batch", withinMs: 120_000 });
    const batch = await newest();
    expect(batch?.counts).toMatchObject({ total: files, done: files });
    expect(await namesInBatch(pixmill.url, batch?.id ?? "")).toEqual(names);
  };

  it("go on by themselves when the service was killed and started again", async () => {
    await give();
    await someAreSent();
    await pixmill.killAll();
    await page.getByText("the service does not answer, trying again").waitFor();
    pixmill = await startPixmill({ storage: pixmill.storage, env });
    await allAreDone();
    await page.getByText("Sending", { exact: true }).waitFor({ state: "detached" });
    // The page has heard of every end, those included that came while it was cut off.
    await page.getByText(/in work/).waitFor({ state: "detached", timeout: 60_000 });
    expect(await page.getByText("Not sent").count()).toBe(0);
  }, 180_000);

  it("go on after a reload with what is missing, when the same folder is given again", async () => {
    const batchesBefore = (await listBatches(pixmill.url)).length;
    await slowDown(100);
    await give();
    await until(async () => (await listBatches(pixmill.url)).length > batchesBefore, { what: "the batch" });
    await someAreSent();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.reload();
    await page.getByRole("heading", { name: /were not sent when this page was closed/ }).waitFor();
    await give();
    await allAreDone();
    expect(await listBatches(pixmill.url)).toHaveLength(batchesBefore + 1);
    await page.getByRole("heading", { name: /were not sent/ }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("button", { name: "Choose images" }).waitFor();
    expect(await page.getByRole("heading", { name: /were not sent/ }).count()).toBe(0);
  }, 180_000);

  it("go on with those that are given again when the others are given up", async () => {
    const batchesBefore = (await listBatches(pixmill.url)).length;
    const paths = names.map((name) => join(album, name));
    const choose = (some: readonly string[]) =>
      page
        .getByLabel("Choose images")
        .first()
        .setInputFiles([...some]);
    await slowDown(200);
    await choose(paths);
    await until(async () => ((await newest())?.counts.total ?? 0) > 0, { what: "the first file" });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.reload();
    await page.getByRole("heading", { name: /were not sent when this page was closed/ }).waitFor();
    expect(await seriousFaultsInBothThemes(page)).toEqual([]);
    await slowDown(200);
    await choose(paths.slice(0, files / 2));
    await page.getByText("Sending", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Forget them" }).click();
    await page.getByRole("heading", { name: /were not sent/ }).waitFor({ state: "detached" });
    await page.getByText("Sending", { exact: true }).waitFor({ state: "detached", timeout: 120_000 });
    await until(async () => (await newest())?.status === "done", { what: "the end of the batch" });
    expect(await namesInBatch(pixmill.url, (await newest())?.id ?? "")).toEqual(names.slice(0, files / 2));
    expect(await listBatches(pixmill.url)).toHaveLength(batchesBefore + 1);
    expect(await page.getByText("Refused", { exact: true }).count()).toBe(0);
    await page.reload();
    await page.getByRole("button", { name: "Choose images" }).waitFor();
    expect(await page.getByRole("heading", { name: /were not sent/ }).count()).toBe(0);
  }, 180_000);

  it.each(["Close to new images", "Cancel One batch", "Delete One batch"])(
    "end when somebody presses “%s” for their batch",
    async (label) => {
      const batchesBefore = (await listBatches(pixmill.url)).length;
      await slowDown(500);
      await give();
      await until(async () => (await listBatches(pixmill.url)).length > batchesBefore, { what: "the batch" });
      if (label === "Cancel One batch") await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("link", { name: "Batches" }).click();
      await page
        .getByRole("link", { name: /^Batch of/ })
        .first()
        .click();
      await page.getByRole("button", { name: label }).click();
      const really = page.getByRole("group", { name: label }).getByRole("button").last();
      // The question stays while nothing of the batch is under way, as between two images that are sent into it.
      if (label === "Cancel One batch") await nothingUnderWay(page);
      if (label !== "Close to new images") await really.click();
      await page.getByRole("link", { name: "Images", exact: true }).click();
      await page.getByText("Sending", { exact: true }).waitFor({ state: "detached" });
      expect(await page.getByText("Refused", { exact: true }).count()).toBe(0);
    },
    60_000,
  );

  it("are refused, with the reason, when their batch was closed elsewhere", async () => {
    const batchesBefore = (await listBatches(pixmill.url)).length;
    await slowDown(500);
    await give();
    await until(async () => (await listBatches(pixmill.url)).length > batchesBefore, { what: "the batch" });
    await fetch(`${pixmill.url}/v1/batches/${(await newest())?.id}/close`, { method: "POST" });
    await slowDown(0);
    await page.getByText("Sending", { exact: true }).waitFor({ state: "detached", timeout: 60_000 });
    await page.getByText("Refused", { exact: true }).first().waitFor();
    expect(await page.getByText("does not answer").count()).toBe(0);
  }, 120_000);

  it("stand still while they are paused, and end when they are cancelled", async () => {
    await slowDown(200);
    await give();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText(/paused/).waitFor();
    const shown = () => page.locator(".sending .overall p").textContent();
    // Those that had begun may still be answered.
    let before = await shown();
    await until(
      async () => {
        const now = await shown();
        const isStill = now === before;
        before = now;
        await page.waitForTimeout(500);
        return isStill;
      },
      { what: "a standstill" },
    );
    await page.getByRole("button", { name: "Go on" }).click();
    await until(async () => (await shown()) !== before, { what: "progress" });
    await page.getByRole("button", { name: "Cancel all" }).click();
    await page.getByText("Sending", { exact: true }).waitFor({ state: "detached" });
    await until(async () => (await newest())?.status === "done", { what: "the end of what was sent" });
    expect((await newest())?.counts.total).toBeLessThan(files);
  }, 180_000);

  it("keep the bytes that were sent of a large file", async () => {
    const heavy = join(folder, "heavy.png");
    await writeFile(heavy, await heavyPng());
    const offsets: number[] = [];
    page.on("request", (request) => {
      if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
    });
    await slowDown(0, 8_000_000);
    await page.getByLabel("Choose images").setInputFiles(heavy);
    const isUnderWay = () =>
      page.evaluate<boolean>("document.querySelector('.pending-row progress')?.value > 5e6");
    await until(isUnderWay, { what: "the first megabytes", withinMs: 60_000 });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("img", { name: "Result of heavy.png" }).waitFor({ timeout: 120_000 });
    expect(offsets.at(-1)).toBeGreaterThan(1_000_000);
  }, 180_000);
});

/** The page shows a batch of which no image waits or is worked on. */
async function nothingUnderWay(page: Page): Promise<void> {
  const shown = page.locator(".tally dd");
  await until(async () => (await shown.allTextContents()).slice(0, 2).join() === "0,0", {
    what: "a moment in which nothing of the batch is under way",
  });
}
