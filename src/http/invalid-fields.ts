import { z } from "zod";
import { type ErrorCode, type FieldError, PixmillError } from "../errors.ts";
import { nearestName } from "../nearest-name.ts";
import { sentenceOf } from "./problem.ts";

/** More bad fields than anybody reads; a body of megabytes can hold millions. */
const maxNamed = 50;

/**
 * What a schema has against a value, as a refusal that names each field, up to fifty; `root` is put before each.
 */
export function refusalOf(
  failure: z.ZodError,
  options: { readonly schema: z.ZodType; readonly code: ErrorCode; readonly root?: string },
): PixmillError {
  const { schema, code, root = "" } = options;
  const issues = failure.issues.slice(0, maxNamed);
  const fields = issues.flatMap((issue) => fieldErrors(issue, schema, root)).slice(0, maxNamed);
  const first = fields[0];
  return new PixmillError(code, { fields, detail: first && sentenceOf(first) });
}

/** "is not known", with the known name that was most likely meant (invariant 10). */
export function unknownName(name: string, known: Iterable<string>): FieldError {
  const names = [...known];
  const meant = nearestName(name, names);
  const hint = meant
    ? `did you mean "${meant}"?`
    : names.length > 0
      ? `known are ${names.join(", ")}`
      : "none is taken";
  return { field: shorten(name), message: `is not known; ${hint}` };
}

function fieldErrors(issue: z.core.$ZodIssue, schema: z.ZodType, root: string): FieldError[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ field: pathText(root, issue.path), message: issue.message }];
  }
  const known = namesAt(schema, issue.path);
  return issue.keys.slice(0, maxNamed).map((key) => ({
    ...unknownName(key, known),
    field: pathText(root, [...issue.path, shorten(key)]),
  }));
}

/** `variants[0].width` */
function pathText(root: string, path: readonly PropertyKey[]): string {
  let text = root;
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text;
}

function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const step of path) {
    at = unwrap(at);
    if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodObject) at = at.shape[String(step)];
  }
  at = unwrap(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap()) : schema;
}

/** A name from a stranger may be a megabyte long. */
function shorten(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
