import { fileURLToPath } from "node:url";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { build } from "vite";
import { openBrowser } from "./browser.ts";

/** Builds the page, as `npm run build:web` does. */
export async function buildPage(): Promise<void> {
  await build({ root: fileURLToPath(new URL("../../web", import.meta.url)), logLevel: "warn" });
}

export interface OpenPage {
  readonly page: Page;
  /** What went wrong in it: script errors, and what its security policy refused. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** The page in a Chromium of its own. What the service refuses is a 4xx, which is no complaint. */
export async function openPage(
  url: string,
  options: Parameters<typeof openBrowser>[0] = {},
): Promise<OpenPage> {
  const context: BrowserContext = await openBrowser(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const isAnswer = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === "error" && !isAnswer) complaints.push(message.text());
  });
  // Leaving a page that sends asks first.
  page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Drops files and folders of this machine onto the page, as a file manager does; before they fall, `hovering` is run. */
export async function dropPaths(
  page: Page,
  paths: readonly string[],
  hovering?: () => Promise<unknown>,
): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    if (type === "drop") await hovering?.();
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
  await session.detach();
}
