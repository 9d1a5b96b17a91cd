import type { z } from "zod";
import { type Transform, transformListSchema, transformSchema } from "../image/transform.ts";
import { nearestName } from "../nearest-name.ts";

export interface Mistake {
  /** From the list: `[0, "widht"]`. */
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
}

/** A list of variants that a person wrote, or what is wrong with it, with the nearest known word for a wrong one. */
export function parseVariants(
  list: unknown,
): { readonly variants: readonly Transform[] } | { readonly mistakes: readonly Mistake[] } {
  const result = transformListSchema.safeParse(list);
  if (result.success) return { variants: result.data };
  return { mistakes: result.error.issues.flatMap((issue) => describe(issue, list)) };
}

function describe(issue: z.core.$ZodIssue, list: unknown): Mistake[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(transformSchema.shape);
    return issue.keys.map((key) => ({
      path: [...path, key],
      sentence: `"${key}" is no field of a variant.${guess(key, known)}`,
    }));
  }
  const field = path.length > 1 ? `"${String(path.at(-1))}": ` : "";
  if (issue.code !== "invalid_value") return [{ path, sentence: `${field}${issue.message}.` }];
  const values = issue.values.map(String);
  return [{ path, sentence: `${field}must be one of ${values.join(", ")}.${guess(at(list, path), values)}` }];
}

function guess(wrong: unknown, known: readonly string[]): string {
  const meant = typeof wrong === "string" ? nearestName(wrong, known) : undefined;
  return meant === undefined ? "" : ` Did you mean "${meant}"?`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => Object(inner)[step], value);
}
