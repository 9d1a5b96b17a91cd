/**
 * Bare sharp beside the whole service, in one run, so that the ratios hold on a noisy machine.
 *
 *   npm run bench                    about three minutes
 *   npm run bench -- --quick         a rough look
 *   npm run bench -- --write         the table goes into docs/performance.md
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { median } from "../test/support/median.ts";
import { startPixmill } from "../test/support/pixmill.ts";
import { likenessOfVariants } from "./likeness.ts";
import { writeTable } from "./measured-page.ts";
import { acceptTimes, serviceCpu, uploadMany } from "./measured-uploads.ts";
import { type BenchVariant, fiveVariants, makePhoto, oneVariant } from "./photos.ts";
import { pssBytes } from "./process-tree.ts";

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, help: { type: "boolean" } },
});
if (flags.help) {
  console.log("Usage: npm run bench -- [--quick] [--write]");
  process.exit(0);
}
const rounds = flags.quick ? 2 : 5;
const photosARound = flags.quick ? 20 : 40;
const idleSeconds = 15;
const manyUploads = flags.quick ? 400 : 2000;

const folder = await mkdtemp(join(tmpdir(), "pixmill-bench-"));
const photo = await makePhoto(folder);
const pixmill = await startPixmill();
const say = (text: string) => console.error(`… ${text}`);

async function bare(variants: readonly BenchVariant[]): Promise<number> {
  const out = join(folder, "out");
  await mkdir(out, { recursive: true });
  const script = new URL("./bare-sharp.ts", import.meta.url).pathname;
  const args = [script, photo.path, out, String(photosARound), JSON.stringify(variants)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as { cpuMs: number }).cpuMs / photosARound;
}

const service = (door: "multipart" | "raw", variants?: readonly BenchVariant[]) =>
  serviceCpu(pixmill, photo.bytes, { count: photosARound, door, ...(variants && { variants }) });

const ms = (value: number) => `${value.toFixed(1)} ms`;
const mb = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;

try {
  say("warming up");
  await uploadMany(pixmill.url, photo.bytes, { count: 20, door: "multipart" });
  const cpu: Record<"bareOne" | "multipart" | "raw" | "bareFive" | "five" | "engineFive", number[]> = {
    bareOne: [],
    multipart: [],
    raw: [],
    bareFive: [],
    five: [],
    engineFive: [],
  };
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    cpu.bareOne.push(await bare(oneVariant));
    cpu.multipart.push((await service("multipart")).cpuMs);
    cpu.raw.push((await service("raw")).cpuMs);
    cpu.bareFive.push(await bare(fiveVariants));
    const five = await service("multipart", fiveVariants);
    cpu.five.push(five.cpuMs);
    cpu.engineFive.push(five.engineMs);
  }
  // Round by round: what slows the machine slows both sides of a pair.
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((value, i) => value / (b[i] ?? 1))).toFixed(2);

  say("comparing the five variants with those made from the source");
  const likeness = await likenessOfVariants(pixmill.url, photo.bytes, fiveVariants, join(folder, "out"));

  say("accepting on an idle service");
  const accept = await acceptTimes(pixmill.url, photo.bytes, flags.quick ? 10 : 30);
  say(`waiting ${idleSeconds} s for the idle memory`);
  await sleep(idleSeconds * 1000);
  const idle = pssBytes(pixmill.pid);

  const grown: number[] = [];
  for (const total of [200, manyUploads]) {
    say(`uploads up to ${total}`);
    const count = total - (grown.length === 0 ? 0 : 200);
    await uploadMany(pixmill.url, photo.bytes, { count, door: "multipart" });
    await sleep(idleSeconds * 1000);
    grown.push(pssBytes(pixmill.pid));
  }
  const [after200 = 0, afterMany = 0] = grown;

  const table = [
    "| what | bare sharp | Pixmill, whole | ratio | aim |",
    "|---|---|---|---|---|",
    `| CPU a photo, 300×300, multipart | ${ms(median(cpu.bareOne))} | ${ms(median(cpu.multipart))} | ${ratio(cpu.multipart, cpu.bareOne)} | ≤ 1.35 |`,
    `| CPU a photo, 300×300, raw body | ${ms(median(cpu.bareOne))} | ${ms(median(cpu.raw))} | ${ratio(cpu.raw, cpu.bareOne)} | ≤ 1.35 |`,
    `| CPU a photo, five variants | ${ms(median(cpu.bareFive))} | ${ms(median(cpu.five))} | ${ratio(cpu.five, cpu.bareFive)} | ≤ 0.75 |`,
    `| the same, engine processes alone | ${ms(median(cpu.bareFive))} | ${ms(median(cpu.engineFive))} | ${ratio(cpu.engineFive, cpu.bareFive)} | ≤ 0.60 |`,
    `| the five beside those made from the source: mean difference of 255, SSIM, of the worst | – | ${likeness.difference.toFixed(2)}, ${likeness.ssim.toFixed(3)} | – | ≤ 3, ≥ 0.95 |`,
    `| upload of ${(photo.bytes.length / 1e6).toFixed(1)} MB to its 202, idle, median (slowest) | – | ${ms(median(accept))} (${ms(accept.at(-1) ?? 0)}) | – | < 50 ms |`,
    `| memory when idle (PSS of all processes) | – | ${mb(idle)} | – | < 250 MB |`,
    `| memory when idle after ${manyUploads} uploads, and after 200 | – | ${mb(afterMany)}, ${mb(after200)} | ${(afterMany / after200).toFixed(2)} | ≤ 1.20 |`,
  ].join("\n");
  console.log(table);
  if (flags.write) await writeTable("performance.md", "service", table);
} finally {
  await pixmill.stop();
  await rm(folder, { recursive: true, force: true });
  await rm(pixmill.storage, { recursive: true, force: true });
}
