/**
 * Takes the pictures of the documentation from the running service: `node scripts/screenshots.ts`.
 * Scenes with a `picture` go to docs/images/; `--all <folder>` writes every scene, theme and width to look at, and
 * `--only <name>` one scene.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { photo, truncated } from "../test/pictures/index.ts";
import { listBatches } from "../test/support/batches.ts";
import { openBrowser } from "../test/support/browser.ts";
import { upload } from "../test/support/client.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../test/support/pixmill.ts";
import { smallPictures } from "../test/support/small-pictures.ts";
import { until } from "../test/support/until.ts";
import { buildPage } from "../test/support/web-page.ts";

interface Scene {
  readonly name: string;
  /** Of the page, with its query. */
  readonly address: string;
  /** Its name in docs/images/, for the light one in 1280 pixels. */
  readonly picture?: string;
  /** What must be done and waited for before it looks as it should. */
  readonly prepare: (page: Page) => Promise<void>;
}

const photos = ["harbour.jpg", "meadow.jpg", "market.jpg"];
const chooseFiles = (page: Page, names: readonly string[]) =>
  page.getByLabel("Choose images").setInputFiles(names.map((name) => join(files, name)));
const photosAreSeen = (page: Page) => page.getByRole("img", { name: "Result of harbour.jpg" }).waitFor();

/** Every view has its row. The service has three photos that are done and one that failed. */
const scenes: readonly Scene[] = [
  {
    name: "images",
    address: "/",
    picture: "page",
    async prepare(page) {
      await photosAreSeen(page);
      await chooseFiles(page, ["notes.jpg"]);
      await page.locator(".reason", { hasText: "no image of a format" }).waitFor();
    },
  },
  {
    name: "choose",
    address: "/",
    picture: "choose",
    async prepare(page) {
      await photosAreSeen(page);
      await page.getByRole("button", { name: "Change" }).click();
      await page.getByRole("radio", { name: /^Own variants/ }).check();
      await page.getByRole("radio", { name: "Right", exact: true }).check();
    },
  },
  {
    name: "sending",
    address: "/",
    async prepare(page) {
      await photosAreSeen(page);
      await page.getByLabel("Choose a folder").setInputFiles(join(files, "album"));
      await page.getByRole("button", { name: "Pause" }).click();
    },
  },
  {
    name: "gallery",
    address: "/?view=gallery",
    prepare: (page) => page.getByRole("link", { name: "harbour.jpg" }).first().waitFor(),
  },
  {
    name: "viewer",
    address: "/?view=gallery",
    async prepare(page) {
      await page.getByRole("link", { name: "harbour.jpg" }).first().click();
      await page.getByRole("slider").waitFor();
    },
  },
  {
    name: "batches",
    address: "/?view=batches",
    prepare: (page) => page.getByRole("progressbar").first().waitFor(),
  },
  {
    name: "batch",
    address: "/?view=batches",
    async prepare(page) {
      await page
        .getByRole("link", { name: /^Batch of/ })
        .last()
        .click();
      await page.getByText("4 of 4 images ended").waitFor();
    },
  },
  {
    name: "workers",
    address: "/?view=workers",
    picture: "workers",
    async prepare(page) {
      await page.getByText("Live", { exact: true }).waitFor();
      const content = await readFile(join(files, "harbour.jpg"));
      const names = Array.from({ length: 12 }, (_, index) => `photo-${index + 1}.jpg`);
      await upload(
        pixmill.url,
        names.map((name) => ({ name, content })),
      );
      await page.locator(".lane-share").getByText("100%").waitFor();
      await page.locator(".slot-lit").first().waitFor();
    },
  },
  {
    name: "failures",
    address: "/?view=failures",
    prepare: (page) => page.getByRole("heading", { name: "The file is damaged" }).waitFor(),
  },
  {
    name: "webhooks",
    address: "/?view=webhooks",
    prepare: (page) => page.getByText("There are no deliveries here.").waitFor(),
  },
  {
    name: "settings",
    address: "/?view=settings",
    prepare: (page) => page.getByText("PIXMILL_STORAGE").waitFor(),
  },
];

const { values } = parseArgs({ options: { all: { type: "string" }, only: { type: "string" } } });
await buildPage();
const files = await temporaryFolder();
const pixmill = await startPixmill();
try {
  await fillService();
  for (const dark of [false, true]) {
    for (const width of [1280, 360]) {
      for (const scene of scenes) {
        if (!values.only || values.only === scene.name) await take(scene, { dark, width });
      }
    }
  }
} finally {
  await pixmill.stop();
  await removeFolder(pixmill.storage);
  await removeFolder(files);
}

async function fillService(): Promise<void> {
  for (const [index, name] of photos.entries()) {
    const picture = await photo({ width: 3000, height: 2000, format: "jpeg", seed: index + 3 });
    await writeFile(join(files, name), picture);
  }
  const whole = await photo({ width: 1200, height: 900, format: "jpeg" });
  await writeFile(join(files, "torn.jpg"), truncated(whole, 0.6));
  await writeFile(join(files, "notes.jpg"), "not a picture");
  await smallPictures(join(files, "album"), 200);
  const context = await openBrowser();
  const page = await context.newPage();
  await page.goto(pixmill.url);
  await chooseFiles(page, [...photos, "torn.jpg"]);
  const isDone = async () => (await listBatches(pixmill.url))[0]?.status === "done";
  await until(isDone, { what: "the photos", withinMs: 60_000 });
  await context.close();
}

async function take(scene: Scene, { dark, width }: { dark: boolean; width: number }): Promise<void> {
  const context = await openBrowser({ width, height: width === 360 ? 780 : 860, dark });
  const page = await context.newPage();
  await page.goto(pixmill.url + scene.address);
  await scene.prepare(page);
  // Pictures come after the rows that they are in; those below the window do not come at all.
  await page.evaluate(
    "Promise.all([...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)" +
      ".map((image) => image.decode().catch(() => {})))",
  );
  if (values.all) {
    await mkdir(values.all, { recursive: true });
    const name = `${scene.name}-${width}-${dark ? "dark" : "light"}.png`;
    await page.screenshot({ path: join(values.all, name), fullPage: true });
  }
  if (scene.picture && !dark && width === 1280) {
    const path = new URL(`../docs/images/${scene.picture}.png`, import.meta.url).pathname;
    await page.screenshot({ path });
  }
  await context.close();
}
