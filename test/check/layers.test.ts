import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The rows of docs/architecture.md: each sees only rows above it, and siblings do not see each other. */
const layers: Readonly<Record<string, number>> = {
  image: 1,
  storage: 2,
  catalog: 2,
  queue: 2,
  events: 2,
  engine: 2,
  fetch: 2,
  resize: 3,
  notify: 3,
  http: 4,
  worker: 4,
  config: 5,
  deployment: 5,
  client: 5,
  cli: 6,
};
const folders = Object.keys(layers);
/** The client sees nothing of the service. Layer 5 is one team: a deployment is opened from the settings. */
const sees = (from: string, to: string) =>
  from !== "client" &&
  ((layers[to] ?? 0) < (layers[from] ?? 0) || (from === "deployment" && to === "config"));

describe("npm run check refuses an import that goes up or across the layers", () => {
  let copy: string;
  let refused: ReadonlySet<string>;

  beforeAll(async () => {
    copy = await temporaryFolder();
    await copyFile(join(root, "biome.json"), join(copy, "biome.json"));
    await writeFile(join(copy, ".gitignore"), "");
    for (const folder of folders) {
      await mkdir(join(copy, "src", folder), { recursive: true });
      await writeFile(join(copy, "src", folder, "target.ts"), "export const target = 1;\n");
    }
    for (const from of folders) {
      for (const to of folders) {
        if (from === to) continue;
        const planted = `export { target } from "../${to}/target.ts";\n`;
        await writeFile(join(copy, "src", from, `sees-${to}.ts`), planted);
      }
    }
    refused = await filesWithRestrictedImports(copy);
  });
  afterAll(() => removeFolder(copy));

  it("knows every folder of src", async () => {
    const entries = await readdir(join(root, "src"), { withFileTypes: true });
    expect(
      entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(folders.toSorted());
  });

  it.each(folders)("from %s", (from) => {
    const others = folders.filter((to) => to !== from);
    const seen = others.filter((to) => !refused.has(`src/${from}/sees-${to}.ts`));
    expect(seen.sort()).toEqual(others.filter((to) => sees(from, to)).sort());
  });
});

async function filesWithRestrictedImports(folder: string): Promise<ReadonlySet<string>> {
  const biome = join(root, "node_modules/.bin/biome");
  const flags = [
    "lint",
    "--only=style/noRestrictedImports",
    "--reporter=json",
    "--max-diagnostics=none",
    "--vcs-enabled=false",
    "src",
  ];
  const report = await new Promise<string>((resolve) => {
    execFile(biome, flags, { cwd: folder, maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: { location: { path: string | { file: string } } }[];
  };
  return new Set(diagnostics.map(({ location: { path } }) => (typeof path === "string" ? path : path.file)));
}
