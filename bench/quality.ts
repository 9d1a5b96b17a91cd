/**
 * What each encoder setting costs in bytes and CPU, and what it leaves of the picture.
 *
 *   npm run bench:quality                        generated pictures, about three minutes
 *   npm run bench:quality -- --photos <folder>   your own photos
 *   npm run bench:quality -- --write             the tables go into docs/quality.md
 */
import { parseArgs } from "node:util";
import sharp from "sharp";
import { writeTable } from "./measured-page.ts";
import { generatedPhotos, graphics, photosOf } from "./quality/pictures.ts";
import { colourError, type Pixels, pixelsOf, ssim } from "./quality/score.ts";
import { type Kind, type Setting, settings } from "./quality/settings.ts";

const { values: flags } = parseArgs({
  options: { photos: { type: "string" }, write: { type: "boolean" }, help: { type: "boolean" } },
});
if (flags.help) {
  console.log("Usage: npm run bench:quality -- [--photos <folder>] [--write]");
  process.exit(0);
}
sharp.concurrency(1);
sharp.cache(false);

interface Score {
  readonly bytes: number;
  readonly cpuMs: number;
  readonly ssim: number;
  readonly colour: number;
}

async function scoreOf({ write }: Setting, kind: Kind, picture: Pixels): Promise<Score> {
  const { width, height, data } = picture;
  const before = process.cpuUsage();
  const file = await write(sharp(data, { raw: { width, height, channels: 3 } }), kind).toBuffer();
  const { user, system } = process.cpuUsage(before);
  const seen = await pixelsOf(file);
  return {
    bytes: file.length,
    cpuMs: (user + system) / 1000,
    ssim: ssim(picture, seen),
    colour: await colourError(picture, seen),
  };
}

/** Bytes and CPU of all pictures together, a megapixel; what is seen as the mean of the pictures. */
function summed(scores: readonly Score[], pictures: readonly Pixels[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0);
  const megapixels = pictures.reduce((total, { width, height }) => total + width * height, 0) / 1e6;
  return {
    bytes: sum(({ bytes }) => bytes) / megapixels,
    cpuMs: sum(({ cpuMs }) => cpuMs) / megapixels,
    ssim: sum((score) => score.ssim) / scores.length,
    colour: sum(({ colour }) => colour) / scores.length,
  };
}

async function row(setting: Setting, kinds: Readonly<Record<Kind, readonly Pixels[]>>): Promise<string> {
  const cells: string[] = [];
  for (const kind of ["photo", "graphic"] as const) {
    const scores: Score[] = [];
    for (const picture of kinds[kind]) scores.push(await scoreOf(setting, kind, picture));
    const { bytes, cpuMs, ssim: alike, colour } = summed(scores, kinds[kind]);
    cells.push(
      `${Math.round(bytes / 1000)} kB`,
      alike.toFixed(4),
      colour.toFixed(1),
      `${Math.round(cpuMs)} ms`,
    );
  }
  return `| ${setting.words} | ${cells.join(" | ")} |`;
}

const photo = flags.photos ? await photosOf(flags.photos) : await generatedPhotos();
const kinds = { photo, graphic: await graphics() };
const rows: string[] = [];
for (const setting of settings) {
  console.error(`… ${setting.words}`);
  rows.push(await row(setting, kinds));
}
const table = [
  "| setting | photos | SSIM | colour | CPU | graphics | SSIM | colour | CPU |",
  "|---|---|---|---|---|---|---|---|---|",
  ...rows,
].join("\n");
console.log(table);
if (flags.write) {
  await writeTable("quality.md", flags.photos ? "own photos" : "generated photos", table);
}
