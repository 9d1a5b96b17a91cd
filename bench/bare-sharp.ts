/**
 * The ceiling: sharp by itself, two pictures at a time, one libvips thread each, no upload, queue, store or record.
 * Usage: node bench/bare-sharp.ts <photo> <folder> <count> <variants as JSON>; prints CPU milliseconds.
 */
import { join } from "node:path";
import sharp from "sharp";
import type { BenchVariant } from "./photos.ts";

const [photo = "", folder = "", count = "1", json = "[]"] = process.argv.slice(2);
const variants = JSON.parse(json) as BenchVariant[];
sharp.concurrency(1);
sharp.cache(false);

let next = 0;
async function work(): Promise<void> {
  while (next < Number(count)) {
    const index = next++;
    for (const { name, width, height } of variants) {
      await sharp(photo)
        .resize({ width, ...(height && { height }) })
        .toFile(join(folder, `${index}-${name}.jpg`));
    }
  }
}

await sharp(photo).resize(10).toBuffer(); // loading libvips is not the work
const cpuBefore = process.cpuUsage();
await Promise.all([work(), work()]);
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
