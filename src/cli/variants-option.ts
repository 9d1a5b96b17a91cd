import type { TransformInput } from "../client/index.ts";
import { UsageError } from "./failure.ts";

/** What `--variants` holds, for a service that judges it. Throws a `UsageError` when it is no list. */
export function variantsFromJson(text: string): readonly TransformInput[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--variants: this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (Array.isArray(list)) return list;
  throw new UsageError('--variants: this is not a list, such as \'[{"name": "small", "width": 320}]\'');
}
