import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
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
  const options = ["--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
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

test("the package brings the web page and neither sources nor tests", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: checkout });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("web/dist/index.html");
  expect(paths.filter((path) => /\.tsx?$|\.test\./.test(path))).toEqual([]);
});
