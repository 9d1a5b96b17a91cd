import { InvalidArgumentError } from "commander";
import type { Kind } from "../config/setting-kinds.ts";

/** Commander's way to the kinds of settings. */
export function parserOf<T>(kind: Kind<T>): (text: string) => T {
  return (text) => {
    const result = kind.schema.safeParse(text);
    if (result.success) return result.data;
    throw new InvalidArgumentError(`It must be ${kind.allowed}, such as ${kind.example}.`);
  };
}
