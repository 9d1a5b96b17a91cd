import type { RenderRequest } from "../../src/engine/image-engine.ts";
import { type TransformInput, transformListSchema } from "../../src/image/transform.ts";

/** For tests: the service's own limits. */
export const testLimits = { maxPixels: 50_000_000, maxSide: 32_768, maxFrames: 256 };

/** For tests: asks for variants, named by their place unless they name themselves. */
export function requestFor(folder: string, ...transforms: Partial<TransformInput>[]): RenderRequest {
  return {
    folder,
    header: { format: "jpeg", width: 1, height: 1, frames: 1, progressive: false },
    transforms: transformListSchema.parse(transforms.map((one, index) => ({ name: `v${index}`, ...one }))),
    limits: testLimits,
  };
}
