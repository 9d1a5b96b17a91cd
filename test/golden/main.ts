/**
 *   npm run test:golden               compares each row of the table with its reference, and says how far it is
 *   npm run test:golden -- --update   takes what is made now as the reference: look at the difference first
 */
import { parseArgs } from "node:util";
import { differences } from "./compare.ts";
import { makeFingerprints } from "./fingerprint.ts";
import { readReference, writeReference } from "./reference.ts";

const { values: flags } = parseArgs({ options: { update: { type: "boolean" } } });
const made = await makeFingerprints();
const reference = await readReference().catch(() => ({}));
let changed = 0;
for (const name of new Set([...Object.keys(made), ...Object.keys(reference)])) {
  const found = await differences(made[name], (reference as typeof made)[name]);
  if (found.length > 0) console.log(`${name}: ${found.join("; ")}`);
  changed += found.length > 0 ? 1 : 0;
}
if (flags.update) await writeReference(made);
console.log(`${Object.keys(made).length} rows, ${changed} changed${flags.update ? ", written" : ""}.`);
if (changed > 0 && !flags.update) process.exitCode = 1;
