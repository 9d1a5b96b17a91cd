import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import sharp from "sharp";

/** Puts a table between its two markers in a page of docs/, with the day and the machine. */
export async function writeTable(file: string, name: string, table: string): Promise<void> {
  const page = new URL(`../docs/${file}`, import.meta.url);
  const text = await readFile(page, "utf8");
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end of bench: ${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/${file} has lost ${begin}.`);
  const [{ model } = { model: "unknown" }] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${day}, ${cpus().length} × ${model}, Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}.`;
  await writeFile(page, `${before}${begin}\n${machine}\n\n${table}\n${end}${after}`);
}
