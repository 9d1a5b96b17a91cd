import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { requireChromium } from "../support/browser.ts";
import { finalImage, type ImageView } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";
import { buildPage, type OpenPage, openPage } from "../support/web-page.ts";

const run = promisify(execFile);

describe.runIf(requireChromium())("choosing what is made of images", () => {
  let pixmill: Pixmill;
  let folder: string;
  let opened: OpenPage;
  let page: Page;
  beforeAll(async () => {
    await buildPage();
    folder = await temporaryFolder();
    await writeFile(join(folder, "cat.jpg"), await photo({ width: 1600, height: 1200, format: "jpeg" }));
    const presets = join(folder, "presets.json");
    await writeFile(presets, JSON.stringify({ shop: [{ name: "tile", width: 120, height: 90 }] }));
    pixmill = await startPixmill({ env: { PIXMILL_PRESETS: presets } });
    opened = await openPage(pixmill.url);
    page = opened.page;
    await page.getByRole("button", { name: "Change" }).click();
  }, 120_000);
  afterAll(async () => {
    await opened?.close();
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
    await removeFolder(folder);
  });

  const newestImage = async () => {
    let id: string | undefined;
    const before = await count();
    await page.getByLabel("Choose images").setInputFiles(join(folder, "cat.jpg"));
    await until(
      async () => {
        const items = await listed();
        id = items[0]?.id;
        return items.length > before;
      },
      { what: "the image" },
    );
    return finalImage(pixmill.url, id ?? "");
  };
  const listed = async () =>
    ((await (await fetch(`${pixmill.url}/v1/images`)).json()) as { items: ImageView[] }).items;
  const count = async () => (await listed()).length;
  const recipe = () => page.getByRole("region", { name: "The same from a script" }).locator("code");

  it("offers the service's presets", async () => {
    await page.getByRole("radio", { name: /^shop/ }).check();
    expect((await newestImage()).variants).toMatchObject([{ name: "tile", width: 120, height: 90 }]);
  });

  it("makes variants as they were built", async () => {
    await page.getByRole("radio", { name: /^Own variants/ }).check();
    await page.getByLabel("Name", { exact: true }).fill("poster");
    await page.getByLabel("Width", { exact: true }).fill("400");
    await page.getByLabel("Height", { exact: true }).fill("400");
    await page.getByLabel("Format", { exact: true }).selectOption("png");
    await page.getByRole("radio", { name: "Right", exact: true }).check();
    await page.getByRole("button", { name: "Add a variant" }).click();
    await page.getByLabel("Height", { exact: true }).fill("");
    await page.getByLabel("Width", { exact: true }).fill("200");
    const image = await newestImage();
    expect(image.variants).toMatchObject([
      { name: "poster", width: 400, height: 400, format: "png" },
      { name: "variant-2", width: 200, height: 150, format: "png" },
    ]);
  });

  it("shows what the frame leaves out, as the service will", async () => {
    await page.getByRole("button", { name: "poster", exact: true }).click();
    const view = () => page.locator(".frame-result").getAttribute("viewBox");
    expect(await view()).toBe("1000 0 2000 2000");
    await page.getByRole("radio", { name: "Left", exact: true }).check();
    expect(await view()).toBe("0 0 2000 2000");
    await page.getByLabel("Fit", { exact: true }).selectOption("contain");
    await page.getByRole("radio", { name: "Portrait" }).check();
    expect(await view()).toBe("0 0 3000 3000");
  });

  it("says what the service would refuse, and does not take it over", async () => {
    const before = await recipe().textContent();
    await page.getByLabel("Width", { exact: true }).fill("99999");
    await page.getByRole("alert").waitFor();
    expect(await recipe().textContent()).toBe(before);
    await page.getByLabel("Width", { exact: true }).fill("400");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  it("gives a command that does the same from a shell", async () => {
    const command = (await recipe().textContent()) ?? "";
    const { stdout } = await run("sh", ["-c", command], { cwd: folder });
    const image = await finalImage(pixmill.url, (JSON.parse(stdout) as ImageView).id);
    expect(image.variants.map(({ name }) => name)).toEqual(["poster", "variant-2"]);
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    expect(JSON.parse((await recipe().textContent()) ?? "")).toMatchObject({
      variants: [{ name: "poster", fit: "contain", position: "left" }, { name: "variant-2" }],
    });
  });

  it("shows the fields of the variant that is left when the edited one is removed", async () => {
    await page.getByLabel("Width", { exact: true }).fill("777");
    await page.getByRole("button", { name: "Remove poster" }).click();
    await page.getByRole("button", { name: "variant-2", exact: true }).and(page.locator(":focus")).waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("variant-2");
    expect(await page.getByLabel("Width", { exact: true }).inputValue()).toBe("200");
  });

  it("keeps the choice over a reload", async () => {
    await page.reload();
    await page.getByText("variant-2 200 wide png").waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
