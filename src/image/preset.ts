import { type Transform, transformListSchema } from "./transform.ts";

/** A named list of variants. */
export interface Preset {
  readonly name: string;
  readonly variants: readonly Transform[];
}

export const defaultPreset: Preset = {
  name: "default",
  variants: transformListSchema.parse([{ name: "thumb", width: 300, height: 300, fit: "cover" }]),
};
