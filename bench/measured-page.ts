import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import sharp from "sharp";

/** The table between two markers in a page of docs/, with what stands above it. */
export async function readTable(file: string, name: string): Promise<string> {
  const { between } = await split(file, name);
  return between;
}

/** Puts a table between its two markers in a page of docs/, with the day and the machine. */
export async function writeTable(file: string, name: string, table: string): Promise<void> {
  const { page, before, after } = await split(file, name);
  const [{ model } = { model: "unknown" }] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${day}, ${cpus().length} × ${model}, Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}.`;
  await writeFile(page, `${before}\n${machine}\n\n${table}\n${after}`);
}

async function split(file: string, name: string) {
  const page = new URL(`../docs/${file}`, import.meta.url);
  const text = await readFile(page, "utf8");
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end of bench: ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/${file} has lost ${begin}.`);
  const at = from + begin.length;
  return { page, before: text.slice(0, at), between: text.slice(at, to), after: text.slice(to) };
}
