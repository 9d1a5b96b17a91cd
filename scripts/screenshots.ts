/**
 * Takes the pictures of the documentation from the running service: `npm run build:web && node scripts/screenshots.ts`.
 * The best goes to docs/images/page.png; `--all <folder>` writes every theme and width to look at.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { photo } from "../test/pictures/index.ts";
import { openBrowser } from "../test/support/browser.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../test/support/pixmill.ts";

const { values } = parseArgs({ options: { all: { type: "string" } } });
const files = await temporaryFolder();
const pixmill = await startPixmill();
try {
  const paths: string[] = [];
  for (const [index, name] of ["harbour.jpg", "meadow.jpg", "market.jpg"].entries()) {
    const path = join(files, name);
    await writeFile(path, await photo({ width: 3000, height: 2000, format: "jpeg", seed: index + 3 }));
    paths.push(path);
  }
  const notes = join(files, "notes.jpg");
  await writeFile(notes, "not a picture");
  for (const dark of [false, true]) {
    for (const width of [1280, 360]) {
      const context = await openBrowser({ width, height: width === 360 ? 780 : 860, dark });
      const page = await context.newPage();
      await page.goto(pixmill.url);
      if (!dark && width === 1280) {
        await page.locator("input[type=file]").setInputFiles(paths);
        await page.locator(".state-done").nth(2).waitFor({ timeout: 60_000 });
      }
      await page.locator(".state-done").nth(2).waitFor({ timeout: 60_000 });
      await page.locator("input[type=file]").setInputFiles(notes);
      await page.locator(".state-refused").first().waitFor();
      await page.evaluate("document.images[0].decode()");
      if (values.all) {
        await mkdir(values.all, { recursive: true });
        await page.screenshot({ path: join(values.all, `page-${width}-${dark ? "dark" : "light"}.png`) });
      }
      if (!dark && width === 1280) {
        const picture = new URL("../docs/images/page.png", import.meta.url).pathname;
        await page.screenshot({ path: picture });
      }
      await context.close();
    }
  }
} finally {
  await pixmill.stop();
  await removeFolder(pixmill.storage);
  await removeFolder(files);
}
