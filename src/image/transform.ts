import { z } from "zod";
import { outputFormats } from "./format.ts";
import { fits, maxVariantPixels, maxVariantSide, maxVariants, positions } from "./variant-bounds.ts";

const side = z.int().min(1).max(maxVariantSide);
const colour = z.string().regex(/^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i, "must be #rrggbb or #rrggbbaa");

/**
 * One variant that is asked for. Names and meaning are sharp's (https://sharp.pixelplumbing.com/api-resize).
 * Sides are pixels; `quality` is 1 to 100; `blur` and `sharpen` are a sigma in pixels, or `true` for mild.
 */
export const transformSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,63}$/i,
        "must be letters, digits, - and _, at most 64, beginning with a letter or digit",
      ),
    width: side.optional(),
    height: side.optional(),
    fit: z.enum(fits).optional(),
    position: z.enum(positions).default("centre"),
    enlarge: z.boolean().default(false),
    format: z.enum(["keep", ...outputFormats]).default("keep"),
    quality: z.int().min(1).max(100).optional(),
    background: colour.optional(),
    metadata: z.enum(["strip", "copyright", "keep"]).default("strip"),
    grayscale: z.boolean().default(false),
    blur: z.union([z.boolean(), z.number().min(0.3).max(100)]).optional(),
    sharpen: z.union([z.boolean(), z.number().min(0.01).max(10)]).optional(),
  })
  .refine((t) => (t.width ?? 1) * (t.height ?? 1) <= maxVariantPixels, {
    message: `width × height must be at most ${maxVariantPixels} pixels`,
    path: ["width"],
  });

/** A transform with every default filled in. It is frozen with the image when the image is accepted. */
export type Transform = z.output<typeof transformSchema>;
export type TransformInput = z.input<typeof transformSchema>;

/** The list of variants of one image: one to twenty, each name once. */
export const transformListSchema = z
  .array(transformSchema)
  .min(1, "must hold at least one variant")
  .max(maxVariants, `must hold at most ${maxVariants} variants`)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of list.entries()) {
      if (seen.has(name)) {
        context.addIssue({ code: "custom", path: [index, "name"], message: `"${name}" is used twice` });
      }
      seen.add(name);
    }
  });
