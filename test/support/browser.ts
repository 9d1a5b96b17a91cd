import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { findProgram, requireProgram } from "./require-program.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** As in `describe.runIf(requireChromium())`. */
export function requireChromium(): boolean {
  return names.some((name) => findProgram(name)) || requireProgram("chromium");
}

/** Chromium with a profile of its own, that talks to nobody but the page's server. */
export async function openBrowser(
  options: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {},
): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), "pixmill-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: names.map((name) => findProgram(name)).find(Boolean) ?? "chromium",
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.dark ? "dark" : "light",
    args: [
      "--no-sandbox", // containers give no user namespaces
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  // Some of its processes may still be writing into it. What is left then is a folder in the temporary one.
  const removed = () => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  context.on("close", () => void removed().catch(() => {}));
  return context;
}
