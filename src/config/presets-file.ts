import { readFile } from "node:fs/promises";
import { evaluate, parse, type ValueNode } from "@humanwhocodes/momoa";
import { defaultPreset, type Preset, presetOf } from "../image/preset.ts";
import { transformSchema } from "../image/transform.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { parseVariants } from "./variant-list.ts";

type Path = readonly PropertyKey[];

/**
 * The presets of a JSON file, `{"<name>": [variants …], …}`, and the built-in `default` unless the file has its
 * own. Throws one `ConfigError` with every mistake, each with file and line. Without a file: the built-in one.
 */
export async function loadPresets(file: string | undefined): Promise<readonly Preset[]> {
  if (file === undefined) return [defaultPreset];
  const problems: Problem[] = [];
  const presets: Preset[] = [];
  const root = await readTree(file);
  const report = (path: Path, sentence: string) =>
    problems.push({ given: `${file}:${lineOf(root, path)}`, sentence });

  if (root.type !== "Object") {
    report([], 'must be an object of presets: {"<name>": [variants]}.');
  } else {
    for (const { key, line } of repeatedKeys(root)) {
      problems.push({ given: `${file}:${line}`, sentence: `"${key}" is there twice.` });
    }
    for (const member of root.members) {
      const name = keyOf(member);
      if (!transformSchema.shape.name.safeParse(name).success) {
        report([name], `"${name}" is no name: letters, digits, - and _, at most 64.`);
      }
      const result = parseVariants(evaluate(member.value));
      if ("variants" in result) presets.push(presetOf(name, result.variants));
      else for (const { path, sentence } of result.mistakes) report([name, ...path], sentence);
    }
  }
  if (problems.length > 0) throw new ConfigError("The presets file is wrong:", problems);
  return presets.some(({ name }) => name === defaultPreset.name) ? presets : [defaultPreset, ...presets];
}

async function readTree(file: string): Promise<ValueNode> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
    throw new ConfigError("The presets file is wrong:", [{ given: file, sentence: `${why}.` }]);
  }
  text = text.replace(/^\uFEFF/, "");
  try {
    JSON.parse(text);
  } catch (error) {
    const [sentence, line] = syntaxError(text, error);
    throw new ConfigError("The presets file is wrong:", [{ given: `${file}:${line}`, sentence }]);
  }
  return parse(text).body;
}

/** JSON.parse has the clearer words, but it does not always say where; momoa does. */
function syntaxError(text: string, error: unknown): [sentence: string, line: number] {
  const words = error instanceof Error ? error.message : String(error);
  const sentence = `${words.replace(/(?: in JSON)? at position .*| \(line .*/, "")}.`;
  const lastLine = text.split("\n").length;
  const [, line] = /\(line (\d+)/.exec(words) ?? [];
  if (line) return [sentence, Number(line)];
  if (words.includes("end of JSON")) return [sentence, lastLine];
  try {
    parse(text);
  } catch (located) {
    if (located instanceof Error && "line" in located) return [sentence, Number(located.line)];
  }
  return [sentence, lastLine];
}

type MemberNode = Extract<ValueNode, { type: "Object" }>["members"][number];

function keyOf({ name }: MemberNode): string {
  return name.type === "String" ? name.value : name.name;
}

/** The keys that an object has more than once: JSON keeps the last and says nothing. */
function* repeatedKeys(node: ValueNode): Generator<{ key: string; line: number }> {
  if (node.type === "Array") for (const { value } of node.elements) yield* repeatedKeys(value);
  if (node.type !== "Object") return;
  const seen = new Set<string>();
  for (const member of node.members) {
    const key = keyOf(member);
    if (seen.has(key)) yield { key, line: member.loc.start.line };
    seen.add(key);
    yield* repeatedKeys(member.value);
  }
}

/** The line of the key or element that the path leads to, or of the nearest thing around it that exists. */
function lineOf(root: ValueNode, path: Path): number {
  let at: ValueNode | undefined = root;
  let line = root.loc.start.line;
  for (const step of path) {
    let next: { readonly value: ValueNode; readonly loc: ValueNode["loc"] } | undefined;
    // The last of equal keys is the one that counts.
    if (at?.type === "Object") next = at.members.findLast((member) => keyOf(member) === step);
    if (at?.type === "Array" && typeof step === "number") next = at.elements[step];
    at = next?.value;
    line = next?.loc.start.line ?? line;
  }
  return line;
}
