import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, truncated } from "../pictures/index.ts";
import { listBatches, namesInBatch } from "../support/batches.ts";
import { requireChromium } from "../support/browser.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { smallPictures } from "../support/small-pictures.ts";
import { until } from "../support/until.ts";
import { buildPage, dropPaths, type OpenPage, openPage } from "../support/web-page.ts";

describe.runIf(requireChromium())("giving images to the page", () => {
  let pixmill: Pixmill;
  let folder: string;
  let opened: OpenPage;
  let page: Page;
  let web: Server;
  beforeAll(async () => {
    await buildPage();
    folder = await temporaryFolder();
    const cat = await photo({ width: 320, height: 240, format: "jpeg" });
    for (const name of ["one.jpg", "two.jpg", "three.jpg", "four.jpg"])
      await writeFile(join(folder, name), cat);
    await writeFile(join(folder, "large.jpg"), Buffer.concat([cat, Buffer.alloc(2_000_000)]));
    await writeFile(join(folder, "empty.jpg"), "");
    await writeFile(join(folder, "notes.jpg"), "this is a text, not a picture");
    await writeFile(join(folder, "drawing.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const album = join(folder, "album");
    await smallPictures(join(album, "inner"), 199);
    const whole = await photo({ width: 1200, height: 900, format: "jpeg" });
    await writeFile(join(album, "broken.jpg"), truncated(whole, 0.6));
    await writeFile(join(album, ".DS_Store"), "what a system leaves behind");
    await mkdir(join(album, "nothing"));
    web = createServer((_request, answer) => answer.setHeader("content-type", "image/jpeg").end(cat));
    await once(web.listen(0, "127.0.0.1"), "listening");
    pixmill = await startPixmill({
      env: { PIXMILL_MAX_FILE_SIZE: "1mb", PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on" },
    });
    opened = await openPage(pixmill.url);
    page = opened.page;
  }, 120_000);
  afterAll(async () => {
    await opened?.close();
    web?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  const paths = (...names: string[]) => names.map((name) => join(folder, name));
  const problem = (name: string) =>
    page.locator("li.row", { has: page.getByRole("heading", { name, exact: true }) });
  const batchThat = async (isSo: (batch: Awaited<ReturnType<typeof listBatches>>[number]) => boolean) => {
    let found: Awaited<ReturnType<typeof listBatches>>[number] | undefined;
    await until(
      async () => {
        found = (await listBatches(pixmill.url)).find(isSo);
        return found !== undefined;
      },
      { what: "the batch", withinMs: 120_000 },
    );
    if (!found) throw new Error("unreachable");
    return found;
  };

  it("takes three dropped files as one batch, and shows each one done", async () => {
    await page.getByText("Drop images anywhere").waitFor();
    await dropPaths(page, paths("one.jpg", "two.jpg", "three.jpg"));
    for (const name of ["one.jpg", "two.jpg", "three.jpg"]) {
      await page
        .getByRole("img", { name: `Result of ${name}` })
        .first()
        .waitFor({ timeout: 60_000 });
    }
    const batch = await batchThat(({ status }) => status === "done");
    expect(batch.counts).toMatchObject({ total: 3, done: 3 });
    expect(await namesInBatch(pixmill.url, batch.id)).toEqual(["one.jpg", "three.jpg", "two.jpg"]);
  });

  it("says why a file is refused before a byte of it is sent", async () => {
    const sent: string[] = [];
    const hear = (request: { method(): string; url(): string }) =>
      sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
    page.on("request", hear);
    await dropPaths(page, paths("large.jpg", "empty.jpg", "notes.jpg", "drawing.svg"));
    await problem("large.jpg")
      .getByText(/larger than 1/)
      .waitFor();
    await problem("empty.jpg").getByText("is empty").waitFor();
    await problem("notes.jpg").getByText("no image of a format").waitFor();
    // It could be read, but that is not switched on here.
    await problem("drawing.svg").getByText("no image of a format").waitFor();
    page.off("request", hear);
    expect(sent.filter((line) => line.startsWith("POST"))).toEqual([]);
    await page.getByRole("button", { name: "Dismiss all" }).click();
    await problem("large.jpg").waitFor({ state: "detached" });
  });

  it("takes a drop also when the page has just changed under the pointer", async () => {
    const cover = `
      const cover = document.createElement("div");
      cover.id = "cover";
      cover.style = "position: fixed; inset: 0; z-index: 99";
      document.body.append(cover);
    `;
    await dropPaths(page, paths("four.jpg"), () => page.evaluate(cover));
    await page.evaluate("cover.remove()");
    await page.getByRole("img", { name: "Result of four.jpg" }).waitFor({ timeout: 60_000 });
    expect(await page.locator(".drop-veil").count()).toBe(0);
  });

  it("takes a folder of 200 with one broken file, which spoils nothing but itself", async () => {
    await dropPaths(page, paths("album"));
    const batch = await batchThat(({ counts, status }) => counts.total === 200 && status === "done");
    expect(batch.counts).toMatchObject({ done: 199, failed: 1 });
    await page.getByText("Sending", { exact: true }).waitFor({ state: "detached" });
  }, 180_000);

  it("takes a folder by the button too", async () => {
    await page.getByLabel("Choose a folder").setInputFiles(join(folder, "album", "inner"));
    const batch = await batchThat(({ counts, status }) => counts.total === 199 && status === "done");
    expect(batch.counts).toMatchObject({ done: 199 });
  }, 180_000);

  it("takes a pasted picture", async () => {
    await page.evaluate(`(async () => {
      const canvas = document.createElement("canvas");
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
      dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
    })()`);
    await page.getByRole("img", { name: "Result of pasted.png" }).waitFor({ timeout: 60_000 });
  });

  it("has workers fetch an address, and says what is wrong with one", async () => {
    const address = web.address();
    const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const field = page.getByLabel("Or an address");
    await field.fill("ftp://example.com/cat.jpg");
    await page.getByRole("button", { name: "Fetch" }).click();
    await page.getByRole("alert").waitFor();
    await field.fill(`${base}/fetched.jpg`);
    await page.getByRole("button", { name: "Fetch" }).click();
    await page.getByRole("img", { name: "Result of fetched.jpg" }).waitFor({ timeout: 60_000 });
    expect(await field.inputValue()).toBe("");
    await field.fill(`${base}/a.jpg ${base}/b.jpg`);
    await field.press("Enter");
    await page.getByRole("img", { name: "Result of b.jpg" }).waitFor({ timeout: 60_000 });
    const [first, second] = [
      page.getByRole("img", { name: "Result of a.jpg" }),
      await listBatches(pixmill.url),
    ];
    await first.waitFor();
    expect(second[0]?.counts).toMatchObject({ total: 2 });
  });

  it("met no script error and no refusal by its own security policy", () => {
    expect(opened.complaints).toEqual([]);
  });
});
