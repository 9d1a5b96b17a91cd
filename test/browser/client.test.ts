import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { openBrowser, requireChromium } from "../support/browser.ts";
import { bundleForPage } from "../support/bundle.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";

describe.runIf(requireChromium())("the client in a page", () => {
  let pixmill: Pixmill;
  let context: BrowserContext;
  let folder: string;
  let page: Page;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeFile(join(folder, "cat.jpg"), await photo({ width: 640, height: 480, format: "jpeg" }));
    await writeFile(join(folder, "note.jpg"), "this is no picture");
    pixmill = await startPixmill();
    context = await openBrowser();
    page = await context.newPage();
    const script = await bundleForPage(new URL("./client-page.js", import.meta.url));
    const html = `<input type="file" multiple><script>${script.replaceAll("</script", "<\\/script")}</script>`;
    await page.route("**/client.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await page.goto(`${pixmill.url}/client.html`);
  }, 180_000);
  afterAll(async () => {
    await context?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  it("uploads files that were chosen, hears of them, and shows what came of them", async () => {
    await page.locator("input").setInputFiles([join(folder, "cat.jpg"), join(folder, "note.jpg")]);
    const story = await page.evaluate<{ bytes: number; expected: number }>(
      "pixmill.story(document.querySelector('input').files)",
    );
    expect(story).toMatchObject({
      counts: { total: 1, done: 1 },
      filename: "cat.jpg",
      told: ["image.queued", "image.processing", "image.done"],
      refused: [["note.jpg", "unsupported_format"]],
      path: expect.stringContaining("Node only"),
    });
    expect(story.bytes).toBeGreaterThan(0);
    expect(story.bytes).toBe(story.expected);
  });

  it("verifies webhooks with the browser's own cryptography", async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const at = new Date();
    const body = '{"type":"image.done"}';
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign("msg_1", at, body),
    };
    const verify = (request: object) =>
      page.evaluate(`pixmill.verifyWebhook(${JSON.stringify(request)}).catch(({ name }) => name)`);
    expect(await verify({ secret, headers, body })).toEqual({ type: "image.done" });
    expect(await verify({ secret, headers, body: `${body} ` })).toBe("WebhookRefusal");
  });
});
