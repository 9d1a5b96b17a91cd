import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SourceServer } from "../flow/source-server.ts";
import { photo, truncated } from "../pictures/index.ts";
import { seriousFaultsInBothThemes } from "../support/axe.ts";
import { requireChromium } from "../support/browser.ts";
import { accepted, finalImage, type UploadFile, upload } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { readZip } from "../support/read-zip.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { buildPage, type OpenPage, openPage } from "../support/web-page.ts";

const env = {
  PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on",
  PIXMILL_CONCURRENCY: "2",
  PIXMILL_WORKER_NAME: "miller",
};
const variants = JSON.stringify([
  { name: "card", width: 320, format: "webp" },
  { name: "square", width: 200, height: 200 },
]);
const exif = { IFD0: { Model: "Mill One" }, IFD3: { GPSLatitudeRef: "S", GPSLatitude: "6/1 10/1 0/1" } };
const portOf = ({ url }: Pixmill) => Number(new URL(url).port);

describe.runIf(requireChromium())("the page of a service that works", () => {
  let pixmill: Pixmill;
  /** What the page talks to: it stays where it is while the service is killed. */
  let front: TcpProxy;
  let url: string;
  let others: SourceServer;
  let opened: OpenPage;
  let page: Page;
  let batchId: string;

  beforeAll(async () => {
    await buildPage();
    others = await SourceServer.start();
    pixmill = await startPixmill({ env });
    front = await TcpProxy.to(portOf(pixmill));
    url = `http://127.0.0.1:${front.port}`;
    opened = await openPage(`${url}/?view=workers`);
    page = opened.page;
  });
  afterAll(async () => {
    await opened?.close();
    await front?.close();
    await pixmill?.stop();
    await others?.stop();
    await removeFolder(pixmill.storage);
  });

  const open = (query: string) => page.goto(`${url}/${query}`);
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const link = (name: string | RegExp) => page.getByRole("link", { name });
  const heading = (name: string | RegExp) => page.getByRole("heading", { name });

  it("shows the workers as lanes, which light up as they take images", async () => {
    await heading("miller").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.locator(".lane-lit").count()).toBe(0);
    const files: UploadFile[] = [];
    for (let seed = 1; seed <= 5; seed++) {
      const picture = await photo({ width: 800, height: 600, format: "jpeg", seed });
      const content = await sharp(picture).withExif(exif).jpeg().toBuffer();
      files.push({ name: `mill-${seed}.jpg`, content });
    }
    const broken = truncated(await photo({ width: 800, height: 600, format: "jpeg", seed: 6 }), 0.5);
    files.push({ name: "broken <b>one<b>.jpg", content: broken });
    const answer = await upload(url, files, { variants, callbackUrl: others.url("/hook") });
    batchId = ((await answer.json()) as { id: string }).id;
    await page.locator(".lane-lit .slot-lit").first().waitFor();
    await page.locator(".lane-share").getByText("100%").waitFor();
  });

  it("shows how far a batch is, and its images", async () => {
    await link("Batches").click();
    await link(/^Batch of/).click();
    await page.getByText("6 of 6 images ended").waitFor();
    const bar = page.getByRole("progressbar");
    expect(await bar.getAttribute("aria-valuenow")).toBe("6");
    for (const [status, count] of [
      ["Done", "5"],
      ["Failed", "1"],
    ] as const) {
      const row = page.locator(".tally div", { has: page.getByText(status, { exact: true }) });
      expect(await row.locator("dd").textContent()).toBe(count);
    }
    await page.locator(".shot img").nth(4).waitFor();
  });

  it("leads to a batch from where a plain form ends", async () => {
    await open(`?batch=${batchId}`);
    await link("Progress of the batch").click();
    await page.getByText("6 of 6 images ended").waitFor();
  });

  it("gives a batch as a ZIP, which holds what it shows", async () => {
    const download = page.waitForEvent("download");
    await link("Download all as ZIP").click();
    const files = await readZip(await readFile(await (await download).path()));
    expect(files).toHaveLength(10);
    expect(files.filter(({ name }) => /card.*\.webp$/.test(name))).toHaveLength(5);
  });

  it("compares before and after by the keyboard, for each variant", async () => {
    await link("mill-3.jpg").click();
    const slider = page.getByRole("slider", { name: "Before and after" });
    await slider.focus();
    for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowRight");
    expect(await slider.getAttribute("aria-valuetext")).toContain("60%");
    const clip = "getComputedStyle(document.querySelector('.compare-after')).clipPath";
    expect(await page.evaluate<string>(clip)).toBe("inset(0px 0px 0px 60%)");
    await page.keyboard.press("Home");
    expect(await slider.inputValue()).toBe("0");
    const widths = "[...document.querySelectorAll('.compare img')].map(({ naturalWidth }) => naturalWidth)";
    await expect.poll(() => page.evaluate<number[]>(widths)).toEqual([800, 320]);
    const result = page.getByRole("img", { name: "Result of mill-3.jpg" });
    await button("Compare square").click();
    await expect.poll(() => result.getAttribute("src")).toContain("/variants/square");
    await page.getByText("The result has another shape").waitFor();
    await page.getByText("% smaller").first().waitFor();
    await page.getByText("SHA-256").waitFor();
    await page.getByText("Mill One").waitFor();
    await page.getByText("the file says where it was taken").waitFor();
    await link("Next").click();
    await heading("mill-2.jpg").waitFor();
    await link("Back to Batches").click();
    await page.getByText("6 of 6 images ended").waitFor();
  });

  it("says in words why images failed, and tries them again", async () => {
    const headers = { "content-type": "application/json" };
    const late = ["/late-1.jpg", "/late-2.jpg", "/late-3.jpg"];
    for (const path of late) {
      const body = JSON.stringify({ source: { url: others.url(path) } });
      await fetch(`${url}/v1/images`, { method: "POST", headers, body });
    }
    await link("Failures").click();
    const group = (name: string) => page.locator(".failure", { has: heading(name) });
    await group("The file is damaged").getByText("broken <b>one<b>.jpg").waitFor();
    const unreachable = group("The address did not give the file");
    await unreachable.getByText("3 images").waitFor();
    const content = await photo({ width: 400, height: 300, format: "jpeg" });
    for (const path of late) {
      others.answers.set(path, (response) =>
        response.writeHead(200, { "content-type": "image/jpeg" }).end(content),
      );
    }
    await unreachable.getByRole("button", { name: "Retry late-1.jpg" }).click();
    await unreachable.getByText("2 images").waitFor();
    await page.locator("#reason-source_unreachable:focus").waitFor();
    await unreachable.getByRole("button", { name: "Retry all 2" }).click();
    await unreachable.waitFor({ state: "detached" });
    await link("Results").click();
    for (const name of ["late-1.jpg", "late-3.jpg"]) await link(name).locator("img").waitFor();
  });

  it("deletes a failed image only when asked twice", async () => {
    await link("Failures").click();
    await button("Delete broken <b>one<b>.jpg").click();
    await button("Keep").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Escape");
    await button("Delete broken <b>one<b>.jpg").click();
    await page.getByRole("group", { name: "Delete broken" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing has failed.").waitFor();
    await link("Images").click();
    await heading("mill-5.jpg").waitFor();
    expect(await heading("broken <b>one<b>.jpg").count()).toBe(0);
  });

  it("lists what is sent and deleted elsewhere", async () => {
    const content = await photo({ width: 300, height: 200, format: "jpeg", seed: 8 });
    const { id } = await accepted(url, { name: "elsewhere.jpg", content });
    await heading("elsewhere.jpg").waitFor();
    await page.getByRole("img", { name: "Result of elsewhere.jpg" }).waitFor();
    await link("Settings").click();
    await heading("default").waitFor();
    await fetch(`${url}/v1/images/${id}`, { method: "DELETE" });
    await link("Images").click();
    await heading("elsewhere.jpg").waitFor({ state: "detached" });
  });

  it("promises nothing of a batch that may still grow, and deletes it with its images", async () => {
    const headers = { "content-type": "application/json" };
    const made = await fetch(`${url}/v1/batches`, { method: "POST", headers, body: '{"open":true}' });
    const { id } = (await made.json()) as { id: string };
    const content = await photo({ width: 300, height: 200, format: "jpeg", seed: 7 });
    await upload(url, [{ name: "growing.jpg", content }], { batchId: id });
    await open(`?view=batches&batch=${id}`);
    await page.getByText("1 of 1 image that came so far ended").waitFor();
    await page.getByText("More images may come").waitFor();
    await link("Images").click();
    await heading("growing.jpg").waitFor();
    await page.goBack();
    await button("Delete One batch").click();
    await page
      .getByRole("group", { name: "Delete One batch" })
      .getByRole("button", { name: "Delete" })
      .click();
    await heading("Batches").waitFor();
    await link("Images").click();
    await heading("mill-5.jpg").waitFor();
    expect(await heading("growing.jpg").count()).toBe(0);
  });

  it("shows what webhooks met, and sends one again", async () => {
    await link("Webhooks").click();
    const delivery = page.locator(".delivery");
    await delivery.getByText("404").first().waitFor();
    others.answers.set("/hook", (response) => response.writeHead(204).end());
    await delivery.getByRole("button", { name: "Send again" }).click();
    await delivery.getByText("Delivered", { exact: true }).waitFor();
    // The service may have tried once more by itself meanwhile.
    await delivery.getByText("204").first().waitFor();
  });

  it("shows presets, limits and settings", async () => {
    await link("Settings").click();
    await heading("default").waitFor();
    const setting = page.locator(".setting", { has: page.getByText("PIXMILL_CONCURRENCY", { exact: true }) });
    expect(await setting.textContent()).toMatch(/2.*environment/);
    await page.getByText("67.1 MB (64 MiB)").waitFor();
  });

  const everyView = ["workers", "batches", "gallery", "failures", "webhooks", "settings"];
  it("has nothing serious that axe finds in either theme, and nothing wider than 360 pixels", async () => {
    const image = await page.evaluate<string>(
      "fetch('v1/images').then((answer) => answer.json()).then(({ items }) => items.at(-1).id)",
    );
    const addresses = everyView.map((view) => `?view=${view}`);
    for (const address of [...addresses, `?view=batches&batch=${batchId}`, `?view=viewer&image=${image}`]) {
      await open(address);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 780 });
        expect([address, width, await seriousFaultsInBothThemes(page)]).toEqual([address, width, []]);
      }
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect([address, overflow]).toEqual([address, 0]);
    }
  }, 120_000);

  it("leads from the first key to a comparison, a deletion, a ZIP and a webhook without a mouse", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open("");
    await page.getByRole("link", { name: "Results" }).waitFor();
    const tabTo = async (name: RegExp, key = "Tab") => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press(key);
        const label = await page.evaluate<string>(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
        );
        if (name.test(label)) return;
      }
      throw new Error(`${name} is not reached`);
    };
    await tabTo(/^Results$/);
    await page.keyboard.press("Enter");
    await heading("Results").waitFor();
    await link("mill-5.jpg").waitFor();
    await tabTo(/^mill-5\.jpg/);
    await page.keyboard.press("Enter");
    await heading("mill-5.jpg").waitFor();
    await tabTo(/^Next$/);
    await page.keyboard.press("Enter");
    await heading("mill-4.jpg").waitFor();
    await link("Next").and(page.locator(":focus")).waitFor();
    await expect.poll(() => page.title()).toContain("mill-4.jpg");
    await page.keyboard.press("ArrowLeft");
    await heading("mill-5.jpg").waitFor();
    await tabTo(/^Before and after$/);
    await page.keyboard.press("PageDown");
    expect(Number(await page.getByRole("slider").inputValue())).toBeLessThan(50);
    await tabTo(/^Delete mill-5\.jpg$/);
    await page.keyboard.press("Enter");
    await button("Keep").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await heading("Results").waitFor();
    await tabTo(/^Batches$/, "Shift+Tab");
    await page.keyboard.press("Enter");
    await heading("Batches").waitFor();
    await tabTo(/^Batch of/);
    await page.keyboard.press("Enter");
    await link("Download all as ZIP").waitFor();
    await tabTo(/^Download all as ZIP$/);
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    expect((await download).suggestedFilename()).toMatch(/\.zip$/);
    await tabTo(/^Webhooks$/, "Shift+Tab");
    await page.keyboard.press("Enter");
    await heading("Webhooks").waitFor();
    await tabTo(/^Send again/);
    await page.keyboard.press("Enter");
    await page.locator(".delivery").first().getByText("204").nth(1).waitFor();
  });

  it("speaks Indonesian", async () => {
    await page.getByLabel("Language").selectOption("id");
    await link("Pekerja").click();
    await page.getByText("Gambar menunggu", { exact: true }).waitFor();
    expect(await page.evaluate<string>("document.documentElement.lang")).toBe("id");
    await page.getByLabel("Bahasa").selectOption("en");
  });

  it("asks for a part of itself again that did not come", async () => {
    await page.route("**/assets/settings-view*", (route) => route.abort());
    await open("?view=settings");
    await page.getByText("could not be loaded").waitFor();
    await page.unroute("**/assets/settings-view*");
    await heading("Settings in force").waitFor();
  });

  it("shows a lost connection, and goes on by itself when the service is back", async () => {
    await link("Results").click();
    await heading("Results").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await pixmill.killAll();
    front.cut();
    await page.getByText("Reconnecting…").waitFor();
    await page.getByText("The service does not answer just now").waitFor();
    expect(await seriousFaultsInBothThemes(page)).toEqual([]);
    // Not opened before: it came while the service was there.
    await link("Webhooks").click();
    await heading("Webhooks").waitFor();
    await link("Results").click();
    pixmill = await startPixmill({ env, storage: pixmill.storage });
    const content = await photo({ width: 300, height: 300, format: "jpeg", seed: 9 });
    const { id } = await accepted(pixmill.url, { name: "after.jpg", content });
    // All of it happens while the page is away: no later event tells of it.
    await finalImage(pixmill.url, id);
    front.retarget(portOf(pixmill));
    await page.getByText("Live", { exact: true }).waitFor();
    await link("after.jpg").locator("img").waitFor();
  });

  it("met no script error and no refusal by its own security policy", () => {
    expect(opened.complaints).toEqual([]);
  });
});
