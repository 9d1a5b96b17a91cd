import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

interface PresetView {
  readonly name: string;
  readonly version: string;
  readonly variants: readonly { readonly width?: number }[];
}

let folder: string;
let file: string;
let pixmill: Pixmill;
beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder, "presets.json");
  await writeFile(file, '{"shop": [{"name": "card", "width": 120}]}');
  pixmill = await startPixmill({ env: { PIXMILL_PRESETS: file } });
});
afterAll(async () => {
  await pixmill.stop();
  await removeFolder(pixmill.storage);
  await removeFolder(folder);
});

const shop = async () => {
  const presets = (await (await fetch(`${pixmill.url}/v1/presets`)).json()) as PresetView[];
  const found = presets.find(({ name }) => name === "shop");
  if (!found) throw new Error("there is no such preset");
  return found;
};

it("reads its presets again when it is told to, and an image keeps those that it was accepted with", async () => {
  const content = await photo({ width: 400, height: 300 });
  const upload = () => accepted(pixmill.url, { name: "a.jpg", content }, { preset: "shop" });
  const before = await shop();
  const old = await upload();
  expect(old).toMatchObject({ preset: "shop", presetVersion: before.version });

  await writeFile(file, '{"shop": [{"name": "card", "width": 200}]}');
  pixmill.signal("SIGHUP");
  await until(async () => (await shop()).version !== before.version, { what: "the new presets" });
  const after = await shop();
  expect(after.variants[0]?.width).toBe(200);
  const young = await upload();
  expect(young).toMatchObject({ preset: "shop", presetVersion: after.version });
  expect((await finalImage(pixmill.url, old.id)).variants).toMatchObject([
    { width: 120, presetVersion: before.version },
  ]);
  expect((await finalImage(pixmill.url, young.id)).variants).toMatchObject([
    { width: 200, presetVersion: after.version },
  ]);
  const variants = JSON.stringify([{ name: "own", width: 90 }]);
  const { id } = await accepted(pixmill.url, { name: "a.jpg", content }, { variants });
  expect((await finalImage(pixmill.url, id)).variants).toMatchObject([{ width: 90, presetVersion: null }]);

  // A typing mistake in a running service: the old presets stay, and the log says where it is and what was meant.
  await writeFile(file, '{"shop": [{"name": "card",\n"widht": 300}]}');
  pixmill.signal("SIGHUP");
  const wrong = () => pixmill.log().find(({ msg }) => String(msg).startsWith("the presets file is wrong"));
  await until(() => wrong() !== undefined, { what: "the complaint" });
  expect(wrong()?.reason).toContain("presets.json:2");
  expect(wrong()?.reason).toContain('Did you mean "width"?');
  expect(await shop()).toEqual(after);
});
