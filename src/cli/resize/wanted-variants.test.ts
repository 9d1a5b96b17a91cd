import { expect, test } from "vitest";
import { defaultPreset } from "../../image/preset.ts";
import { UsageError } from "../failure.ts";
import { wantedVariants } from "./wanted-variants.ts";

const wanted = (options: Record<string, unknown>) => wantedVariants(options, [defaultPreset]);

test("flags describe one variant whose name is not shown", () => {
  const { transforms, named } = wanted({ width: 300, height: 200, fit: "contain", out: "x" });
  expect(named).toBe(false);
  expect(transforms).toMatchObject([{ width: 300, height: 200, fit: "contain", format: "keep" }]);
});

test("a preset and a list give named variants", () => {
  expect(wanted({ preset: "default" })).toEqual({ transforms: defaultPreset.variants, named: true });
  const list = '[{"name": "a", "width": 5}, {"name": "b", "height": 6}]';
  expect(wanted({ variants: list }).transforms.map(({ name }) => name)).toEqual(["a", "b"]);
});

test.each([
  [{}, "say what to make"],
  [{ preset: "default", width: 5 }, "exclude each other"],
  [{ preset: "defualt" }, "did you mean default?"],
  [{ preset: "x" }, "there is default"],
  [{ width: 0 }, "--width"],
  [{ width: 99_999 }, "--width"],
  [{ width: 5, fit: "covr" }, 'Did you mean "cover"?'],
  [{ quality: 101 }, "--quality"],
  [{ variants: "{" }, "not JSON"],
  [
    { variants: '[{"name": "a", "widht": 5}]' },
    'number 1: "widht" is no field of a variant. Did you mean "width"?',
  ],
  [{ variants: "[]" }, "at least one variant"],
])("%j is refused with what is wrong", (options, words) => {
  expect(() => wanted(options)).toThrow(UsageError);
  expect(() => wanted(options)).toThrow(words);
});
