import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import sharp from "sharp";

const page = new URL("../docs/performance.md", import.meta.url);

/** Puts a table between its two markers in docs/performance.md, with the day and the machine. */
export async function writeTable(name: "service" | "queue", table: string): Promise<void> {
  const text = await readFile(page, "utf8");
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end of bench: ${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md has lost ${begin}.`);
  const [{ model } = { model: "unknown" }] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${day}, ${cpus().length} × ${model}, Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}.`;
  await writeFile(page, `${before}${begin}\n${machine}\n\n${table}\n${end}${after}`);
}
