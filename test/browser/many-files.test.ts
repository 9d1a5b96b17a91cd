import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBatches } from "../support/batches.ts";
import { requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { type Responsiveness, typeDuring } from "../support/responsiveness.ts";
import { smallPictures } from "../support/small-pictures.ts";
import { until } from "../support/until.ts";
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
    const seen = await quietestOf(async (times) => {
      const begin = async () => {
        await dropPaths(page, [join(folder, "album")]);
        await until(async () => (await listBatches(pixmill.url)).length === times, { what: "the batch" });
        await page.locator(".virtual-list li").first().waitFor();
        expect(await page.locator(".virtual-list li").count()).toBeLessThan(30);
      };
      let keys = 0;
      const isOver = async () => {
        keys += 1;
        // Asked with every key, the service would be busy with our questions.
        return keys % 10 === 0 && (await listBatches(pixmill.url))[0]?.status === "done";
      };
      return await typeDuring(page, { begin, isOver });
    }, 100);
    expect((await listBatches(pixmill.url))[0]?.counts).toMatchObject({ total: files, done: files });
    expect(await page.locator("li.row").count()).toBeLessThan(100);
    // A machine that is busy with other things makes keys wait; the page itself may not, with none of its tasks.
    expect(seen.longestTaskMs).toBeLessThan(100);
    expect(seen.own.p95Ms).toBeLessThan(100);
    expect(seen.keys).toBeGreaterThan(0);
    expect(seen.heapMostMb - seen.heapBeforeMb).toBeLessThan(60);
    expect(opened.complaints).toEqual([]);
  }, 480_000);

  it("are looked for in a folder of 4,000 without keeping the page", async () => {
    const { page } = opened;
    await smallPictures(join(folder, "many"), 4_000);
    const begin = () => dropPaths(page, [join(folder, "many")]);
    const cancel = page.getByRole("button", { name: "Cancel all" });
    const isOver = async () => (await cancel.count()) > 0;
    const seen = await quietestOf(async () => {
      const tried = await typeDuring(page, { begin, isOver });
      await cancel.click();
      await cancel.waitFor({ state: "detached" });
      return tried;
    }, 200);
    expect(seen.longestTaskMs).toBeLessThan(200);
  }, 480_000);

  /** A task that is long in the page's own way is long every time; a collection of garbage comes now and then. */
  async function quietestOf(
    look: (times: number) => Promise<Responsiveness>,
    enoughMs: number,
  ): Promise<Responsiveness> {
    let quietest = await look(1);
    for (let times = 2; times <= 3 && quietest.longestTaskMs >= enoughMs; times += 1) {
      const again = await look(times);
      if (again.longestTaskMs < quietest.longestTaskMs) quietest = again;
    }
    return quietest;
  }
});
