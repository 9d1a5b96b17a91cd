import { computed, signal } from "@preact/signals";
import type { TransformInput } from "../../../src/image/transform.ts";
import { recall, remember } from "../browser-memory.ts";

/** What is made of files that are given: a preset by its name, or variants; without both the service's default. */
export interface Wish {
  readonly preset?: string;
  readonly variants?: readonly TransformInput[];
}

/** A preset by its name, or `null` for one's own variants. */
type Choice = string | null;

const memory = "wish";
const firstOwn: TransformInput = { name: "card", width: 800, height: 600, fit: "cover", format: "webp" };
const kept = recallWish();

export const chosenPreset = signal<Choice>(kept.preset);
export const ownVariants = signal<readonly TransformInput[]>(kept.own);

/** What the next files are given for. */
export const wish = computed<Wish>(() => {
  if (chosenPreset.value === null) return { variants: ownVariants.value };
  return chosenPreset.value === "default" ? {} : { preset: chosenPreset.value };
});

export function choosePreset(name: Choice): void {
  chosenPreset.value = name;
  rememberWish();
}

/** Gives the variant at `index` other fields; `undefined` takes a field away. */
export function changeVariant(index: number, fields: Partial<TransformInput>): void {
  setOwn(
    ownVariants.value.map((variant, at) => {
      if (at !== index) return variant;
      const entries = Object.entries({ ...variant, ...fields }).filter(([, value]) => value !== undefined);
      return Object.fromEntries(entries) as TransformInput;
    }),
  );
}

/** One more, as the last one is, under a name that is free. */
export function addVariant(): void {
  const names = new Set(ownVariants.value.map(({ name }) => name));
  let number = names.size + 1;
  while (names.has(`variant-${number}`)) number += 1;
  setOwn([...ownVariants.value, { ...(ownVariants.value.at(-1) ?? firstOwn), name: `variant-${number}` }]);
}

export function removeVariant(index: number): void {
  setOwn(ownVariants.value.filter((_, at) => at !== index));
}

function setOwn(variants: readonly TransformInput[]): void {
  ownVariants.value = variants;
  rememberWish();
}

function rememberWish(): void {
  remember(memory, JSON.stringify({ preset: chosenPreset.value, own: ownVariants.value }));
}

function recallWish(): { preset: Choice; own: readonly TransformInput[] } {
  try {
    const { preset, own } = JSON.parse(recall(memory) ?? "{}") as { preset?: unknown; own?: unknown };
    const isPreset = preset === null || typeof preset === "string";
    const isOwn = Array.isArray(own) && own.length > 0;
    return { preset: isPreset ? preset : "default", own: isOwn ? own : [firstOwn] };
  } catch {
    return { preset: "default", own: [firstOwn] };
  }
}
