import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { seriousFaultsInBothThemes } from "../support/axe.ts";
import { openBrowser, requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const key = "the-key-of-this-test";
const authorization = `Bearer ${key}`;

describe.runIf(requireChromium())("the page of a service with API keys", () => {
  let pixmill: Pixmill;
  let browser: BrowserContext;
  let page: Page;
  const seen = { addresses: "", console: "" };
  beforeAll(async () => {
    await build({ root: fileURLToPath(new URL("../../web", import.meta.url)), logLevel: "warn" });
    pixmill = await startPixmill({ env: { PIXMILL_API_KEYS: key } });
    browser = await openBrowser();
    page = await browser.newPage();
    page.on("request", (request) => {
      seen.addresses += `${request.url()}\n`;
    });
    page.on("console", (message) => {
      seen.console += `${message.text()}\n`;
    });
  });
  afterAll(async () => {
    await browser?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  const field = () => page.getByLabel("API key", { exact: true });
  const enter = async (text: string) => {
    await field().fill(text);
    await page.getByRole("button", { name: "Enter" }).click();
  };

  it("asks for one, with the keyboard in the field, and says when it is wrong", async () => {
    await page.goto(pixmill.url);
    await field().waitFor();
    await until(() => field().and(page.locator(":focus")).isVisible(), { what: "the focus" });
    await enter("a-wrong-key");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("not known");
    expect(await seriousFaultsInBothThemes(page)).toEqual([]);
  });

  it("then takes images, follows them live and shows their pictures", async () => {
    await enter(key);
    await page.getByText("Drop images").waitFor();
    const buffer = await photo({ width: 640, height: 480, format: "jpeg" });
    await page
      .getByLabel("Choose images")
      .setInputFiles({ name: "mill.jpg", mimeType: "image/jpeg", buffer });
    const picture = page.getByRole("img", { name: "Result of mill.jpg" });
    await picture.waitFor();
    await until(
      () => picture.evaluate((element) => "naturalWidth" in element && element.naturalWidth === 300),
      {
        what: "the picture",
      },
    );
    expect(seen.addresses).toContain("/v1/events");
  });

  it("keeps the session over a reload, and the key nowhere", async () => {
    await page.reload();
    await page.getByRole("img", { name: "Result of mill.jpg" }).waitFor();
    const kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])");
    expect(kept).not.toContain(key);
    expect(kept).not.toContain("pixmill_session");
    expect(seen.addresses).not.toContain(key);
    expect(pixmill.output()).not.toContain(key);
  });

  it("shows nothing more once its person has left", async () => {
    const buffer = Buffer.from("this is a text, not a picture");
    await page
      .getByLabel("Choose images")
      .setInputFiles({ name: "secret.jpg", mimeType: "image/jpeg", buffer });
    await page.getByRole("heading", { name: "secret.jpg" }).waitFor();
    await page.getByRole("button", { name: "Leave" }).click();
    await enter(key);
    await page.getByRole("img", { name: "Result of mill.jpg" }).waitFor();
    expect(await page.getByText("secret.jpg").count()).toBe(0);
    await page.getByRole("button", { name: "Leave" }).click();
    await field().waitFor();
    expect(await page.getByRole("img").count()).toBe(0);
    await page.reload();
    await field().waitFor();
  });

  it("is served variants that only the browser itself may keep", async () => {
    const headers = { authorization };
    const list = await (await fetch(`${pixmill.url}/v1/images`, { headers })).json();
    const url = (list as { items: { variants: { url: string }[] }[] }).items[0]?.variants[0]?.url;
    expect((await fetch(pixmill.url + url)).status).toBe(401);
    const response = await fetch(pixmill.url + url, { headers });
    expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
  });

  it("asks again when the session is over, though nothing is done on the page", async () => {
    const front = await TcpProxy.to(Number(new URL(pixmill.url).port));
    await page.goto(`http://127.0.0.1:${front.port}/?view=gallery`);
    await enter(key);
    await page.getByText("Live", { exact: true }).waitFor();
    await browser.clearCookies();
    front.cut();
    await field().waitFor();
    await front.close();
  });

  it("breaks none of the page's own rules", () => {
    expect(seen.console).not.toMatch(/Content Security Policy|Uncaught/);
  });
});
