import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heavyPng } from "../pictures/heavy.ts";
import { badLine } from "../support/bad-line.ts";
import { openBrowser, requireChromium } from "../support/browser.ts";
import { bundleForPage } from "../support/bundle.ts";
import { finalImage } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";

describe.runIf(requireChromium())("Uppy in Chromium", () => {
  let pixmill: Pixmill;
  let context: BrowserContext;
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    pixmill = await startPixmill();
    context = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await context?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  it("uploads 60 MB through three cut connections and a killed API", async () => {
    const content = await heavyPng();
    const path = join(folder, "heavy.png");
    await writeFile(path, content);
    const script = await bundleForPage(new URL("./uppy-page.js", import.meta.url));
    const line = await badLine(pixmill.url, async () => {
      await pixmill.killAll();
      pixmill = await startPixmill({ storage: pixmill.storage });
      return pixmill.url;
    });
    const page = await context.newPage();
    try {
      const html = `<title>ready</title><input type="file"><script>${script.replaceAll("</script", "<\\/script")}</script>`;
      await page.route("**/uppy.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
      await page.goto(`${line.url}/uppy.html`);
      // Requests that may be routed are shown to the test first, with 60 MB of body each: half a minute.
      await page.unrouteAll();
      await page.locator("input").setInputFiles(path);
      await page.waitForFunction("/^(?:done|failed)/.test(document.title)", undefined, { timeout: 240_000 });
      const title = await page.title();
      expect(title).toMatch(/^done .*\/v1\/uploads\/[0-9a-f-]{36}$/);
      await line.over;
      expect(line.interruptions()).toBe(4);
      expect(await finalImage(pixmill.url, title.slice(-36))).toMatchObject({
        status: "done",
        filename: "heavy.png",
        original: { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
      });
    } finally {
      await page.close();
      await line.close();
    }
  }, 300_000);
});
