/**
 * Predicted memory of renders beside what the engine's process really took, on many kinds of picture. The workers'
 * budget (PIXMILL_MEMORY) is counted in what is predicted.
 *
 *   npm run bench:memory                     about two minutes
 *   npm run bench:memory -- --write          the table goes into docs/performance.md
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EnginePool } from "../src/engine/engine-pool.ts";
import { sourceName } from "../src/engine/image-engine.ts";
import { predictedBytes } from "../src/image/cost.ts";
import type { Format } from "../src/image/format.ts";
import { readHeader } from "../src/image/read-header.ts";
import { type TransformInput, transformListSchema } from "../src/image/transform.ts";
import { silentLogger } from "../src/logger.ts";
import { animatedWebp, gifFrames, photo, rangedFile } from "../test/pictures/index.ts";
import { removeFolder, temporaryFolder } from "../test/support/pixmill.ts";
import { writeTable } from "./measured-page.ts";

const { values: flags } = parseArgs({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
if (flags.help) {
  console.log("Usage: npm run bench:memory -- [--write]");
  process.exit(0);
}

const limits = { maxPixels: 50_000_000, maxSide: 32_768, maxFrames: 256 };
const thumb: Partial<TransformInput>[] = [{ width: 300, height: 300 }];
const three: Partial<TransformInput>[] = [
  { width: 1_600 },
  { width: 640, format: "webp" },
  { width: 300, height: 300 },
];

interface Case {
  readonly name: string;
  readonly make: () => Buffer | Promise<Buffer>;
  readonly wishes: readonly Partial<TransformInput>[];
}

const still = (format: Format, width: number, height: number, progressive = false) => ({
  name: `${progressive ? "progressive " : ""}${format} ${width}×${height}`,
  make: () => photo({ width, height, format, progressive }),
});
const cases: readonly Case[] = [
  { ...still("jpeg", 4_000, 3_000), wishes: thumb },
  { ...still("jpeg", 4_000, 3_000), wishes: three },
  { ...still("jpeg", 4_000, 3_000), wishes: [{ width: 1_500, format: "avif" }] },
  { ...still("jpeg", 4_000, 3_000, true), wishes: thumb },
  { ...still("jpeg", 8_000, 6_000), wishes: three },
  { ...still("png", 4_000, 3_000), wishes: thumb },
  { ...still("png", 4_000, 3_000, true), wishes: thumb },
  { ...still("webp", 4_000, 3_000), wishes: three },
  { ...still("avif", 4_000, 3_000), wishes: thumb },
  { ...still("tiff", 4_000, 3_000), wishes: thumb },
  { ...still("heic", 2_000, 1_500), wishes: thumb },
  { ...still("gif", 2_000, 1_500), wishes: thumb },
  { name: "animated webp, 200 frames of 300²", make: () => animatedWebp(200, 300), wishes: thumb },
  { name: "animated gif, 200 frames of 64²", make: () => gifFrames(200, 64), wishes: [{ width: 64 }] },
];

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;

async function row({ name, make, wishes }: Case): Promise<string> {
  const content = await make();
  const header = await readHeader(rangedFile(content).read, content.length, {});
  const transforms = transformListSchema.parse(wishes.map((wish, index) => ({ name: `v${index}`, ...wish })));
  const measured = await measure(content, { header, transforms });
  const predicted = predictedBytes({ ...header, bytes: content.length }, transforms);
  const wanted = transforms.map(
    ({ width, height, format }) => `${width}${height ? `×${height}` : ""} ${format}`,
  );
  return `| ${name} | ${wanted.join(", ")} | ${megabytes(predicted)} | ${megabytes(measured)} | ${(predicted / measured).toFixed(2)} |`;
}

/**
 * The most that a fresh engine process ever held for itself, by the kernel's own count. The pages of the program and
 * its libraries are all processes' together, and in memory once. Bytes.
 */
async function measure(
  content: Buffer,
  asked: Pick<Parameters<EnginePool["render"]>[0], "header" | "transforms">,
): Promise<number> {
  const folder = await temporaryFolder("pixmill-memory-");
  const engine = new EnginePool({
    processes: 1,
    timeoutMs: 120_000,
    logger: silentLogger(),
    recycleRssBytes: 2 ** 40,
  });
  try {
    await writeFile(join(folder, sourceName), content);
    await engine.render({ folder, limits, ...asked });
    const status = await readFile(`/proc/${engine.pids[0]}/status`, "utf8");
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
    return (kilobytes("VmHWM") - kilobytes("RssFile")) * 1024;
  } finally {
    await engine.close();
    await removeFolder(folder);
  }
}

const rows: string[] = [];
for (const one of cases) {
  rows.push(await row(one));
  console.error(`… ${rows.at(-1)}`);
}
const table = [
  "| picture | variants | predicted | measured | ratio |",
  "|---|---|---|---|---|",
  ...rows,
].join("\n");
console.log(table);
if (flags.write) await writeTable("performance.md", "memory", table);
