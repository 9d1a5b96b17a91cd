import { describe, expect, it } from "vitest";
import { z } from "zod";
import { transformListSchema } from "../image/transform.ts";
import { refusalOf, unknownName } from "./invalid-fields.ts";

function refusal(schema: z.ZodType, value: unknown, root?: string) {
  const { error } = schema.safeParse(value);
  if (!error) throw new Error("The value is valid.");
  return refusalOf(error, { schema, code: "invalid_request", ...(root && { root }) });
}

describe("a refusal of fields", () => {
  it("names every bad field by its path", () => {
    const { fields } = refusal(
      transformListSchema,
      [
        { name: "a", width: 0 },
        { name: "b", quality: "1" },
      ],
      "variants",
    );
    expect(fields.map(({ field }) => field)).toEqual(["variants[0].width", "variants[1].quality"]);
  });

  it("says which known field an unknown one may have meant", () => {
    const error = refusal(transformListSchema, [{ name: "a", widht: 5 }], "variants");
    expect(error.fields).toEqual([
      { field: "variants[0].widht", message: 'is not known; did you mean "width"?' },
    ]);
    expect(error.message).toBe('variants[0].widht: is not known; did you mean "width"?');
  });

  it("finds the known fields of objects in objects", () => {
    const schema = z.strictObject({ outer: z.strictObject({ inner: z.string().optional() }).optional() });
    expect(refusal(schema, { outer: { iner: "" } }).fields[0]).toEqual({
      field: "outer.iner",
      message: 'is not known; did you mean "inner"?',
    });
  });

  it("names no more than fifty fields, however many are bad", () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x${index}`, 1]));
    expect(refusal(z.strictObject({}), unknown).fields).toHaveLength(50);
    const numbers = Array.from({ length: 1_000 }, () => unknown);
    expect(refusal(z.array(z.strictObject({})), numbers).fields).toHaveLength(50);
  });

  it("lists what is known where nothing is near, and says where nothing is taken", () => {
    expect(unknownName("zzzzzz", ["a", "b"]).message).toBe("is not known; known are a, b");
    expect(unknownName("zzzzzz", []).message).toBe("is not known; none is taken");
  });

  it("repeats no more than the beginning of an endless name", () => {
    expect(unknownName("x".repeat(1_000_000), ["a"]).field.length).toBeLessThan(100);
  });
});
