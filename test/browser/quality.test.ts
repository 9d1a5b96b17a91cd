import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { seriousFaults } from "../support/axe.ts";
import { requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";
import { buildPage, type OpenPage, openPage } from "../support/web-page.ts";

const themes = ["light", "dark"] as const;
/** Bytes of compressed script that the first visit may cost. */
const budget = 120_000;

describe.runIf(requireChromium())("the page is for everybody", () => {
  let pixmill: Pixmill;
  let folder: string;
  let opened: OpenPage;
  let page: Page;
  beforeAll(async () => {
    await buildPage();
    folder = await temporaryFolder();
    await writeFile(join(folder, "cat.jpg"), await photo({ width: 320, height: 240, format: "jpeg" }));
    await writeFile(join(folder, "notes.jpg"), "this is a text, not a picture");
    pixmill = await startPixmill();
    opened = await openPage(pixmill.url);
    page = opened.page;
  }, 120_000);
  afterAll(async () => {
    await opened?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  const path = (name: string) => join(folder, name);
  const focused = () => page.evaluate<string>("document.activeElement?.textContent ?? ''");
  const refusal = () => page.locator(".reason", { hasText: "no image of a format" }).first();
  /** Presses Tab until the element with that text or label has the focus. */
  const tabTo = async (name: string) => {
    const current = () =>
      page.evaluate<string>(
        "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
      );
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await current()).trim() === name) return;
    }
    throw new Error(`Tab does not reach "${name}"; the last was "${await current()}"`);
  };

  it("costs little at the first visit", async () => {
    const fresh = await openPage(pixmill.url);
    try {
      await fresh.page.getByRole("button", { name: "Choose images" }).waitFor();
      const urls = await fresh.page.evaluate<string[]>(
        "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))",
      );
      const sizes = await Promise.all(
        urls.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length),
      );
      expect(urls.length).toBeGreaterThan(0);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(budget);
    } finally {
      await fresh.close();
    }
  });

  it("sends images by the keyboard alone", async () => {
    await page.getByRole("button", { name: "Choose images" }).waitFor();
    const chooser = page.waitForEvent("filechooser");
    await tabTo("Choose images");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles([path("cat.jpg"), path("notes.jpg")]);
    await page.getByRole("img", { name: "Result of cat.jpg" }).waitFor({ timeout: 60_000 });
    await refusal().waitFor();
    await tabTo("Change");
    await page.keyboard.press("Enter");
    await page.getByRole("radio", { name: /^default/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.getByLabel("Width").waitFor();
    await tabTo("Dismiss notes.jpg");
    await page.keyboard.press("Enter");
    await refusal().waitFor({ state: "detached" });
    expect(await focused()).not.toBe("");
  });

  it("shows where the focus is", async () => {
    await tabTo("Choose a folder");
    const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
  });

  it.each(themes)("has nothing that axe finds serious, %s, with everything open", async (theme) => {
    await page.getByLabel("Appearance").selectOption(theme);
    await page.getByLabel("Choose images").setInputFiles(path("notes.jpg"));
    await refusal().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it.each([360, 1280])("has nothing wider than a window of %i pixels", async (width) => {
    await page.setViewportSize({ width, height: 740 });
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    const hidden = await page.evaluate<number>(
      "[...document.querySelectorAll('.navigation a')].filter((link) => link.getBoundingClientRect().right > innerWidth).length",
    );
    expect(hidden).toBe(0);
  });

  it("keeps the theme and the language that were chosen", async () => {
    await page.getByLabel("Appearance").selectOption("dark");
    await page.getByLabel("Language").selectOption("id");
    await page.getByRole("button", { name: "Pilih gambar" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Pilih gambar" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("id");
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(Number(/\d+/.exec(background)?.[0])).toBeLessThan(80);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("tells a screen reader how the sending goes", async () => {
    await page.getByLabel("Bahasa").selectOption("en");
    const region = page.locator("[aria-live=polite].unseen");
    await page.getByLabel("Choose images").setInputFiles(path("cat.jpg"));
    await until(async () => /cat\.jpg is done/.test((await region.textContent()) ?? ""), {
      what: "the announcement",
      withinMs: 60_000,
    });
    const texts = [1, 2, 3, 4, 5].map((number) => ({
      name: `text-${number}.jpg`,
      mimeType: "image/jpeg",
      buffer: Buffer.from("this is a text, not a picture"),
    }));
    await page.getByLabel("Choose images").setInputFiles(texts);
    await until(async () => /5 files were refused/.test((await region.textContent()) ?? ""), {
      what: "the number of refusals",
    });
    expect(opened.complaints).toEqual([]);
  });
});
