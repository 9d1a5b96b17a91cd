import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { openBrowser, requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe.runIf(requireChromium())("the web page in Chromium", () => {
  let pixmill: Pixmill;
  let files: string;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    execFileSync(
      process.execPath,
      [join(root, "node_modules/vite/bin/vite.js"), "build", "web", "--logLevel", "error"],
      {
        cwd: root,
      },
    );
    files = await temporaryFolder();
    await writeFile(join(files, "cat.jpg"), await photo({ width: 800, height: 600, format: "jpeg" }));
    await writeFile(join(files, "dog.png"), await photo({ width: 640, height: 640, format: "png", seed: 2 }));
    await writeFile(join(files, "notes.jpg"), "this is a text, not a picture");
    pixmill = await startPixmill();
    context = await openBrowser();
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // A refused file is a 4xx, which Chromium reports by itself.
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
        complaints.push(message.text());
    });
    await page.goto(pixmill.url);
  });
  afterAll(async () => {
    await context?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(files);
  });

  const row = (name: string) =>
    page.locator("li.row", { has: page.getByRole("heading", { name, exact: true }) });

  it("shows what to do when there is nothing yet", async () => {
    await page.getByRole("button", { name: "Choose images" }).waitFor();
    expect(await page.title()).toContain("Pixmill");
  });

  it("uploads chosen files and shows each one done, with its result", async () => {
    await page.getByLabel("Choose images").setInputFiles([join(files, "cat.jpg"), join(files, "dog.png")]);
    for (const name of ["cat.jpg", "dog.png"]) {
      await row(name).getByText("Done", { exact: true }).waitFor({ timeout: 60_000 });
      const picture = row(name).locator("img");
      await picture.scrollIntoViewIfNeeded();
      await expect
        .poll(
          () => page.evaluate<number>(`document.querySelector('img[alt="Result of ${name}"]').naturalWidth`),
          {
            timeout: 30_000,
          },
        )
        .toBe(300);
    }
    const results = await readdir(join(pixmill.storage, "processed"), { recursive: true });
    const thumb = results.find((path) => path.includes("cat-thumb"));
    const file = await readFile(join(pixmill.storage, "processed", thumb ?? "missing"));
    expect(await sharp(file).metadata()).toMatchObject({ width: 300, height: 300, format: "jpeg" });
  });

  it("says in words why a file is refused", async () => {
    await page.getByLabel("Choose images").setInputFiles(join(files, "notes.jpg"));
    await row("notes.jpg").getByText("Refused", { exact: true }).waitFor({ timeout: 30_000 });
    expect(await row("notes.jpg").textContent()).toMatch(/format|picture|image/i);
  });

  it("gives the result as a download under a sensible name", async () => {
    const download = page.waitForEvent("download");
    await row("cat.jpg")
      .getByRole("link", { name: /download/i })
      .first()
      .click();
    expect((await download).suggestedFilename()).toMatch(/^cat.*\.jpg$/);
  });

  it("shows the same images after a reload", async () => {
    await page.reload();
    await row("dog.png").getByText("Done", { exact: true }).waitFor({ timeout: 30_000 });
  });

  it.each([
    [360, false],
    [360, true],
    [1280, true],
  ])("has nothing wider than a window of %i pixels (dark: %s)", async (width, dark) => {
    await page.setViewportSize({ width, height: 740 });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const [red = 0] = (background.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    if (dark) expect(red).toBeLessThan(80);
  });

  it("takes a plain HTML form, without a script, to the page that shows the image", async () => {
    const form = await context.newPage();
    await form.setContent(
      `<form action="${pixmill.url}/upload" method="post" enctype="multipart/form-data"><input type="file" name="file"><button>Send</button></form>`,
    );
    await form.locator("input").setInputFiles(join(files, "cat.jpg"));
    await form.getByRole("button", { name: "Send" }).click();
    await form.waitForURL(/\/\?image=[0-9a-f-]{36}/);
    await form.locator("li.row").getByText("Done", { exact: true }).waitFor({ timeout: 60_000 });
    await form.close();
  });

  it("met no script error and no refusal by its own security policy", () => {
    expect(complaints).toEqual([]);
  });
});
