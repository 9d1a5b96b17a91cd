import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { photo } from "../pictures/index.ts";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";

const run = promisify(execFile);
const checkout = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let app: string;

beforeAll(async () => {
  folder = await temporaryFolder("pixmill-package-");
  app = join(folder, "app");
  await mkdir(app);
  await run("npm", ["pack", "--pack-destination", folder], { cwd: checkout });
  await writeFile(join(app, "package.json"), "{}");
  const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (!archive) throw new Error("npm pack made no archive");
  const options = [
    "--omit=dev",
    "--ignore-scripts",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=5",
  ];
  await run("npm", ["install", join(folder, archive), ...options], { cwd: app });
}, 300_000);
afterAll(() => removeFolder(folder));

test("the package, installed into an empty folder, resizes with engine processes of its own", async () => {
  await writeFile(join(app, "photo.jpg"), await photo({ width: 640, height: 480, format: "jpeg" }));
  const size = ["--width", "300", "--height", "300"];
  await run("npx", ["pixmill", "resize", "photo.jpg", ...size, "--out", "out"], { cwd: app });
  const { width, height, format } = await sharp(join(app, "out", "photo.jpg")).metadata();
  expect({ width, height, format }).toEqual({ width: 300, height: 300, format: "jpeg" });
});

test("the client of the package is found by its name, with its types, and needs nothing else", async () => {
  await writeFile(
    join(app, "client.mjs"),
    `import { PixmillClient, verifyWebhook } from "pixmill/client";
     const client = new PixmillClient({ url: "http://127.0.0.1:1", retry: () => false });
     console.log(typeof verifyWebhook, await client.presets().catch(({ code }) => code));`,
  );
  const { stdout } = await run(process.execPath, ["client.mjs"], { cwd: app });
  expect(stdout).toBe("function connection_failed\n");
  await writeFile(
    join(app, "client.mts"),
    `import { PixmillClient } from "pixmill/client";
     const { items } = await new PixmillClient().list();
     export const formats: (string | null)[] = items.flatMap(({ variants }) => variants.map(({ format }) => format));
     // @ts-expect-error A variant can be ready, an image is done: the types know which words are whose.
     items[0]?.status === "ready";`,
  );
  const tsc = join(checkout, "node_modules/.bin/tsc");
  const flags = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom",
    "--types",
    "",
  ];
  await run(process.execPath, [tsc, ...flags, "client.mts"], { cwd: app });
  const folder = join(app, "node_modules/pixmill/dist/client");
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".js"))) {
    expect(await readFile(join(folder, name), "utf8"), name).not.toMatch(/from "(?!\.\/)/);
  }
}, 120_000);

test("the package brings the web page and neither sources nor tests", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: checkout });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("web/dist/index.html");
  expect(paths.filter((path) => /(?<!\.d)\.tsx?$|\.test\./.test(path))).toEqual([]);
});
