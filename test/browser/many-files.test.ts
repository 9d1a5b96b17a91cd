import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBatches } from "../support/batches.ts";
import { requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { typeDuring } from "../support/responsiveness.ts";
import { smallPictures } from "../support/small-pictures.ts";
import { buildPage, dropPaths, type OpenPage, openPage } from "../support/web-page.ts";

const files = 500;

/** `npm run bench:page` does the same with 5,000, and tells figures. */
describe.runIf(requireChromium())("500 files at once", () => {
  let pixmill: Pixmill;
  let folder: string;
  let opened: OpenPage;
  beforeAll(async () => {
    await buildPage();
    folder = await temporaryFolder();
    await smallPictures(join(folder, "album"), files);
    pixmill = await startPixmill();
    opened = await openPage(pixmill.url);
  }, 120_000);
  afterAll(async () => {
    await opened?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  it("are all done, while the page goes on answering and draws only the rows that are seen", async () => {
    const { page } = opened;
    const begin = async () => {
      await dropPaths(page, [join(folder, "album")]);
      await page.locator(".virtual-list li").first().waitFor();
      expect(await page.locator(".virtual-list li").count()).toBeLessThan(30);
    };
    let keys = 0;
    const isOver = async () => {
      keys += 1;
      // Asked with every key, the service would be busy with our questions.
      return keys % 10 === 0 && (await listBatches(pixmill.url))[0]?.status === "done";
    };
    const seen = await typeDuring(page, { begin, isOver });
    expect((await listBatches(pixmill.url))[0]?.counts).toMatchObject({ total: files, done: files });
    expect(await page.locator("li.row").count()).toBeLessThan(100);
    // A machine that is busy with other things makes keys wait; the page itself may not, with none of its tasks.
    expect(seen.longestTaskMs).toBeLessThan(100);
    expect(seen.own.p95Ms).toBeLessThan(100);
    expect(seen.keys).toBeGreaterThan(0);
    expect(seen.heapMostMb - seen.heapBeforeMb).toBeLessThan(60);
    expect(opened.complaints).toEqual([]);
  }, 240_000);

  it("are looked for in a folder of 4,000 without keeping the page", async () => {
    const { page } = opened;
    await smallPictures(join(folder, "many"), 4_000);
    const begin = () => dropPaths(page, [join(folder, "many")]);
    const isOver = async () => (await page.getByRole("button", { name: "Cancel all" }).count()) > 0;
    const seen = await typeDuring(page, { begin, isOver });
    await page.getByRole("button", { name: "Cancel all" }).click();
    expect(seen.longestTaskMs).toBeLessThan(200);
  }, 240_000);
});
