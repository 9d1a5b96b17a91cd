/**
 * Takes the pictures of the documentation from the running service: `node scripts/screenshots.ts`.
 * Scenes with a `picture` go to docs/images/; `--all <folder>` writes every scene, theme and width to look at, and
 * `--only <name>` one scene.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BrowserContext } from "playwright-core";
import sharp from "sharp";
import { SourceServer } from "../test/flow/source-server.ts";
import { photo, truncated } from "../test/pictures/index.ts";
import { listBatches } from "../test/support/batches.ts";
import { openBrowser } from "../test/support/browser.ts";
import { upload } from "../test/support/client.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../test/support/pixmill.ts";
import { smallPictures } from "../test/support/small-pictures.ts";
import { until } from "../test/support/until.ts";
import { buildPage } from "../test/support/web-page.ts";
import { type Scene, scenes } from "./page-scenes.ts";

const { values } = parseArgs({ options: { all: { type: "string" }, only: { type: "string" } } });
await buildPage();
if (values.all) await mkdir(values.all, { recursive: true });
const files = await temporaryFolder();
const hooks = await SourceServer.start();
const pixmill = await startPixmill({ env: { PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on" } });
const locked = await startPixmill({ env: { PIXMILL_API_KEYS: "a-key-that-nobody-enters" } });
const stage = { files, work: () => giveMany(12) };
try {
  await fillService();
  for (const dark of [false, true]) {
    for (const width of [1280, 360]) {
      const context = await openBrowser({ width, height: width === 360 ? 780 : 860, dark });
      for (const scene of scenes) {
        if (!values.only || values.only === scene.name) await take(context, scene, { dark, width });
      }
      await context.close();
      await forgetOthers();
    }
  }
} finally {
  for (const service of [pixmill, locked]) {
    await service.stop();
    await removeFolder(service.storage);
  }
  await hooks.stop();
  await removeFolder(files);
}

async function fillService(): Promise<void> {
  const exif = {
    IFD0: { Make: "Mill", Model: "Mill One", Artist: "Jane", Copyright: "Jane 2026" },
    IFD2: { DateTimeOriginal: "2026:05:01 12:30:00", ExposureTime: "1/125", FNumber: "28/10" },
    IFD3: { GPSLatitudeRef: "S", GPSLatitude: "6/1 10/1 0/1" },
  };
  for (const [index, name] of ["harbour.jpg", "meadow.jpg", "market.jpg"].entries()) {
    const picture = await photo({ width: 3000, height: 2000, format: "jpeg", seed: index + 3 });
    await writeFile(join(files, name), await sharp(picture).withExif(exif).jpeg({ quality: 92 }).toBuffer());
  }
  const whole = await photo({ width: 1200, height: 900, format: "jpeg" });
  await writeFile(join(files, "torn.jpg"), truncated(whole, 0.6));
  await writeFile(join(files, "notes.jpg"), "not a picture");
  await smallPictures(join(files, "album"), 200);
  const names = ["harbour.jpg", "meadow.jpg", "market.jpg", "torn.jpg"];
  const given = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(files, name)) })),
  );
  await upload(pixmill.url, given, { callbackUrl: hooks.url("/hook") });
  const isDone = async () => (await listBatches(pixmill.url))[0]?.status === "done";
  await until(isDone, { what: "the photos", withinMs: 60_000 });
}

async function giveMany(count: number): Promise<void> {
  const content = await readFile(join(files, "harbour.jpg"));
  const named = Array.from({ length: count }, (_, index) => ({ name: `photo-${index + 1}.jpg`, content }));
  await upload(pixmill.url, named);
}

/** What scenes gave the service besides the photos. */
async function forgetOthers(): Promise<void> {
  for (const { id } of (await listBatches(pixmill.url)).slice(0, -1)) {
    await fetch(`${pixmill.url}/v1/batches/${id}`, { method: "DELETE" });
  }
}

async function take(
  context: BrowserContext,
  scene: Scene,
  { dark, width }: { dark: boolean; width: number },
): Promise<void> {
  const page = await context.newPage();
  // Leaving a page that sends asks first.
  page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
  await page.goto((scene.isLocked ? locked : pixmill).url + scene.address);
  await scene.prepare(page, stage);
  // Pictures come after the rows that they are in; those below the window do not come at all.
  await page.evaluate(
    "Promise.all([...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)" +
      ".map((image) => image.decode().catch(() => {})))",
  );
  if (values.all) {
    const name = `${scene.name}-${width}-${dark ? "dark" : "light"}.png`;
    await page.screenshot({ path: join(values.all, name), fullPage: true });
  }
  if (scene.picture && !dark && width === 1280) {
    const path = new URL(`../docs/images/${scene.picture}.png`, import.meta.url).pathname;
    // A palette of its own is a third of the bytes, and no difference that one sees.
    await sharp(await page.screenshot())
      .png({ palette: true, quality: 95, effort: 10 })
      .toFile(path);
  }
  await page.close({ runBeforeUnload: false });
}
