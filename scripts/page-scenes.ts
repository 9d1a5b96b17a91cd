import { join } from "node:path";
import type { Page } from "playwright-core";

/** What the pictures are taken of. */
export interface Stage {
  /** A folder with `harbour.jpg`, `meadow.jpg`, `market.jpg`, `torn.jpg`, `notes.jpg` and a folder `album`. */
  readonly files: string;
  /** Gives the workers something to do. */
  readonly work: () => Promise<void>;
}

export interface Scene {
  readonly name: string;
  /** Of the page, with its query. */
  readonly address: string;
  /** Its name in docs/images/, for the light one in 1280 pixels. */
  readonly picture?: string;
  /** Of a service that asks for a key. */
  readonly isLocked?: true;
  /** What must be done and waited for before it looks as it should. */
  readonly prepare: (page: Page, stage: Stage) => Promise<void>;
}

const photosAreSeen = (page: Page) => page.getByRole("img", { name: "Result of harbour.jpg" }).waitFor();
const openResult = async (page: Page, name: string) => {
  await page.getByRole("link", { name }).first().click();
  await page.getByRole("heading", { name }).waitFor();
};

/** Every view has its row. The service has three photos that are done and one that failed. */
export const scenes: readonly Scene[] = [
  {
    name: "images",
    address: "/",
    picture: "page",
    async prepare(page, { files }) {
      await photosAreSeen(page);
      await page.getByLabel("Choose images").setInputFiles(join(files, "notes.jpg"));
      await page.locator(".reason", { hasText: "no image of a format" }).waitFor();
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
    picture: "viewer",
    async prepare(page) {
      await openResult(page, "harbour.jpg");
      await page.getByRole("slider").waitFor();
      await page.getByText("Mill One").waitFor();
    },
  },
  {
    name: "viewer-failed",
    address: "/?view=gallery",
    async prepare(page) {
      await openResult(page, "torn.jpg");
      await page.getByText("SHA-256").waitFor();
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
      await page.getByRole("link", { name: "harbour.jpg" }).first().waitFor();
    },
  },
  {
    name: "workers",
    address: "/?view=workers",
    picture: "workers",
    async prepare(page, { work }) {
      await page.getByText("Live", { exact: true }).waitFor();
      await work();
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
    prepare: (page) => page.locator(".delivery").getByText("404").first().waitFor(),
  },
  {
    name: "settings",
    address: "/?view=settings",
    prepare: (page) => page.getByText("PIXMILL_STORAGE").waitFor(),
  },
  {
    name: "connection-lost",
    address: "/?view=gallery",
    async prepare(page) {
      await page.getByRole("link", { name: "harbour.jpg" }).first().waitFor();
      // Going offline cuts no stream that flows already.
      await page.route("**/v1/**", (route) => route.abort("connectionrefused"));
      await page.reload();
      await page.getByText("The service does not answer just now").waitFor();
    },
  },
  {
    name: "sending",
    address: "/",
    async prepare(page, { files }) {
      await photosAreSeen(page);
      await page.getByLabel("Choose a folder").setInputFiles(join(files, "album"));
      await page.getByRole("button", { name: "Pause" }).click();
    },
  },
  {
    // What the scene before left behind.
    name: "interrupted",
    address: "/",
    async prepare(page) {
      await page.getByRole("heading", { name: /were not sent/ }).waitFor();
      await photosAreSeen(page);
    },
  },
  {
    name: "choose",
    address: "/",
    picture: "choose",
    async prepare(page) {
      await page.getByRole("button", { name: "Forget them" }).click();
      await photosAreSeen(page);
      await page.getByRole("button", { name: "Change" }).click();
      await page.getByRole("radio", { name: /^Own variants/ }).check();
      await page.getByRole("radio", { name: "Right", exact: true }).check();
    },
  },
  {
    name: "key",
    address: "/",
    isLocked: true,
    prepare: (page) => page.getByLabel("API key", { exact: true }).waitFor(),
  },
];
