import { readFile, writeFile } from "node:fs/promises";
import type { Fingerprint } from "./fingerprint.ts";

const file = new URL("reference.json", import.meta.url);

export type Reference = Readonly<Record<string, Fingerprint>>;

export async function readReference(): Promise<Reference> {
  return JSON.parse(await readFile(file, "utf8")) as Reference;
}

export async function writeReference(reference: Reference): Promise<void> {
  await writeFile(file, `${JSON.stringify(reference, null, 2)}\n`);
}
