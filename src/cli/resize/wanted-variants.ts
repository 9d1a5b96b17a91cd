import { type Command, InvalidArgumentError, Option } from "commander";
import { parseVariants } from "../../config/variant-list.ts";
import type { Preset } from "../../image/preset.ts";
import type { Transform } from "../../image/transform.ts";
import { fits, positions } from "../../image/variant-bounds.ts";
import { nearestName } from "../../nearest-name.ts";
import { UsageError } from "../failure.ts";

const number = (text: string): number => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
};

/** The flags of a single variant; their names are the variant's fields. */
const fieldOptions = [
  new Option("--width <pixels>", "width of the result").argParser(number),
  new Option("--height <pixels>", "height of the result").argParser(number),
  new Option("--fit <fit>", `${fits.join(", ")}; cover where both sides are given`),
  new Option("--position <position>", `what cover keeps: ${positions.join(", ")}`),
  new Option("--enlarge", "make small pictures larger too"),
  new Option("--format <format>", "keep, jpeg, png, webp, avif or gif"),
  new Option("--quality <1-100>", "of jpeg, webp and avif").argParser(number),
  new Option("--background <colour>", "#rrggbb or #rrggbbaa, behind transparency and around contain"),
  new Option("--metadata <what>", "strip, copyright or keep"),
  new Option("--grayscale", "without colours"),
  new Option("--blur <sigma>", "in pixels").argParser(number),
  new Option("--sharpen <sigma>", "in pixels").argParser(number),
] as const;

/** The name of the one variant that flags describe; it is not shown in the result's file name. */
const flagVariant = "resized";

export interface WantedVariants {
  readonly transforms: readonly Transform[];
  /** Whether results carry the variant's name. */
  readonly named: boolean;
}

export function addVariantOptions(command: Command): void {
  for (const option of fieldOptions) command.addOption(option);
  command.option("--preset <name>", "the variants of a preset, instead of one by flags");
  command.option("--variants <json>", "a list of variants, as the API takes it");
}

/** What is to be made, from exactly one of: flags, a preset, a list. Throws `UsageError`. */
export function wantedVariants(
  options: Readonly<Record<string, unknown>>,
  presets: readonly Preset[],
): WantedVariants {
  const fields = fieldOptions.map((option) => option.attributeName()).filter((name) => name in options);
  const { preset, variants } = options;
  const ways = [fields.length > 0, preset !== undefined, variants !== undefined].filter(Boolean).length;
  if (ways === 0)
    throw new UsageError("say what to make: --width, --height, --format …, --preset or --variants");
  if (ways > 1) throw new UsageError("--preset, --variants and the flags of one variant exclude each other");
  if (typeof preset === "string") return { transforms: variantsOf(preset, presets), named: true };
  if (typeof variants === "string") {
    return { transforms: parsed(fromJson(variants), "--variants"), named: true };
  }
  const field = Object.fromEntries(fields.map((name) => [name, options[name]]));
  return { transforms: parsed([{ ...field, name: flagVariant }], "flags"), named: false };
}

function variantsOf(name: string, presets: readonly Preset[]): readonly Transform[] {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset) return preset.variants;
  const names = presets.map((candidate) => candidate.name);
  const meant = nearestName(name, names);
  const hint = meant ? `did you mean ${meant}?` : `there is ${names.join(", ")}`;
  throw new UsageError(`--preset ${name}: there is no such preset; ${hint}`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--variants: this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function parsed(list: unknown, from: "flags" | "--variants"): readonly Transform[] {
  const result = parseVariants(list);
  if ("variants" in result) return result.variants;
  const sentences = result.mistakes.map(({ path, sentence }) => {
    if (from === "flags") return sentence.replace(/^"(\w+)"/, "--$1");
    const index = path[0];
    return typeof index === "number"
      ? `--variants, number ${index + 1}: ${sentence}`
      : `--variants: ${sentence}`;
  });
  throw new UsageError(sentences.join(" "));
}
