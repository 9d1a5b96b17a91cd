import { createHash } from "node:crypto";
import { type Transform, transformListSchema, transformSchema } from "./transform.ts";

/** A named list of variants. */
export interface Preset {
  readonly name: string;
  readonly variants: readonly Transform[];
  /** Twelve hex digits of a hash of the variants: another content is another version, whatever its name. */
  readonly version: string;
}

/** `variants` have every default filled in, so that writing a default out changes no version. */
export function presetOf(name: string, variants: readonly Transform[]): Preset {
  const text = JSON.stringify(variants, Object.keys(transformSchema.shape));
  return { name, variants, version: createHash("sha256").update(text).digest("hex").slice(0, 12) };
}

export const defaultPreset = presetOf(
  "default",
  transformListSchema.parse([{ name: "thumb", width: 300, height: 300, fit: "cover" }]),
);
