import { z } from "zod";

/** Routes that take no query parameter refuse every one (invariant 10). */
export const noQuery = z.strictObject({});

/** A whole number in a query, within its bounds. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((number) => number >= min && number <= max, message)
    .meta({ description: `A whole number from ${min} to ${max}` });
}

/** `?download`, with or without a value that says yes. */
export const flag = z.enum(["", "1", "true"]).optional();
