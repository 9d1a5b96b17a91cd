import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultPreset } from "../image/preset.ts";
import { loadPresets } from "./presets-file.ts";
import { ConfigError } from "./problem.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-presets-"));
  file = join(folder, "presets.json");
});
afterEach(() => rm(folder, { recursive: true }));

async function load(text: string) {
  await writeFile(file, text);
  return loadPresets(file);
}

async function problemsOf(text: string) {
  const error = await load(text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`not refused: ${String(error)}`);
  return error.problems.map(({ given, sentence }) => `${given.slice(folder.length + 1)} ${sentence}`);
}

test("without a file there is the built-in preset alone", async () => {
  expect(await loadPresets(undefined)).toEqual([defaultPreset]);
});

test("a file's presets are added to the built-in one, with every default filled in", async () => {
  const presets = await load('{"shop": [{"name": "card", "width": 400}, {"name": "big", "height": 900}]}');
  expect(presets.map(({ name }) => name)).toEqual(["default", "shop"]);
  expect(presets[1]?.variants[0]).toMatchObject({ name: "card", width: 400, format: "keep", enlarge: false });
});

test("a preset named default takes the built-in one's place", async () => {
  const presets = await load('{"default": [{"name": "tiny", "width": 10}]}');
  expect(presets).toHaveLength(1);
  expect(presets[0]?.variants[0]?.name).toBe("tiny");
});

test("an unknown key is named with its line and the key that was meant", async () => {
  expect(await problemsOf('{\n  "shop": [\n    {"name": "card",\n     "widht": 400}\n  ]\n}')).toEqual([
    'presets.json:4 "widht" is no field of a variant. Did you mean "width"?',
  ]);
});

test("a wrong word is named with its line and the word that was meant", async () => {
  const [problem] = await problemsOf('{"shop": [\n{"name": "card", "width": 4,\n"fit": "covr"}]}');
  expect(problem).toMatch(/^presets\.json:3 "fit": must be one of cover, .*Did you mean "cover"\?$/);
});

test("every mistake is reported at once, in the order of the file", async () => {
  const problems = await problemsOf(
    '{\n"a": [{"name": "x", "width": 0}],\n"b": [],\n"c d": [{"name": "x"}],\n"e": [{"width": 5}]\n}',
  );
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
    "presets.json:2",
    "presets.json:3",
    "presets.json:4",
    "presets.json:5",
  ]);
  expect(problems[0]).toContain('"width"');
  expect(problems[1]).toContain("at least one variant");
  expect(problems[2]).toContain('"c d" is no name');
  expect(problems[3]).toContain('"name"');
});

test("a key that is there twice is refused: JSON would keep the last and say nothing", async () => {
  expect(await problemsOf('{"a": [{"name": "x", "width": 1,\n"width": 2}],\n"a": [{"name": "y"}]}')).toEqual([
    'presets.json:2 "width" is there twice.',
    'presets.json:3 "a" is there twice.',
  ]);
});

test("a variant's name that is there twice is refused on its line", async () => {
  const [problem] = await problemsOf('{"a": [\n{"name": "x", "width": 1},\n{"name": "x", "width": 2}]}');
  expect(problem).toContain("presets.json:3");
  expect(problem).toContain("used twice");
});

test.each([
  ['{\n"a": [],\n}', "presets.json:3"],
  ['{\n"a" 1}', "presets.json:2"],
  ["hello", "presets.json:1"],
  ['{\n"a": [\n', "presets.json:3"],
  ["", "presets.json:1"],
])("broken JSON is refused with its line: %j", async (text, place) => {
  const problems = await problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${place} .+`));
  expect(problems[0]).not.toContain("position");
});

test("a file that is no object of presets is refused", async () => {
  expect(await problemsOf("[]")).toEqual([expect.stringContaining("must be an object of presets")]);
  expect(await problemsOf('{"a": {"name": "x"}}')).toEqual([expect.stringContaining("presets.json:1")]);
});

test("a file that is not there is named", async () => {
  await expect(loadPresets(join(folder, "none.json"))).rejects.toThrow(/none\.json: there is no such file/);
});

test("a preset's version follows its content: not its name, its layout, or defaults that are written out", async () => {
  const versionOf = async (text: string) => {
    await writeFile(file, text);
    return (await loadPresets(file)).find(({ name }) => name !== "default")?.version;
  };
  const first = await versionOf('{"a": [{"name": "x", "width": 100}]}');
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  expect(await versionOf('{"b": [{"width": 100, "enlarge": false,\n"name": "x"}]}')).toBe(first);
  expect(await versionOf('{"a": [{"name": "x", "width": 101}]}')).not.toBe(first);
  expect(await versionOf('{"a": [{"name": "x", "height": 100}]}')).not.toBe(first);
});
