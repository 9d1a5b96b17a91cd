import type { TransformInput } from "../../src/image/transform.ts";
import { type InputName, inputs } from "./inputs.ts";

type Asked = Omit<TransformInput, "name">;

const square = { width: 96, height: 96 } as const;
const wide = { width: 120, height: 40 } as const;

/** Every step of the pipeline, on the plain photograph. */
const transforms = {
  "as it is": {},
  half: { width: 180 },
  small: { width: 60 },
  square,
  "square, left": { ...square, position: "left" },
  "square, right": { ...square, position: "right" },
  "square, attention": { ...square, position: "attention" },
  "square, entropy": { ...square, position: "entropy" },
  "wide, top": { ...wide, position: "top" },
  "wide, bottom": { ...wide, position: "bottom" },
  "with bars": { ...square, fit: "contain" },
  "with blue bars": { ...square, fit: "contain", background: "#1040c0" },
  stretched: { ...square, fit: "fill" },
  inside: { ...square, fit: "inside" },
  outside: { ...square, fit: "outside" },
  enlarged: { width: 500, enlarge: true },
  grey: { width: 180, grayscale: true },
  blurred: { width: 180, blur: 2 },
  sharpened: { width: 180, sharpen: true },
  "quality 20": { width: 180, quality: 20 },
  "as PNG": { width: 180, format: "png" },
  "as WebP": { width: 180, format: "webp" },
  "as AVIF": { width: 180, format: "avif" },
  "as GIF": { width: 180, format: "gif" },
} as const satisfies Record<string, Asked>;

/** What every other input goes through. */
const common = {
  square,
  "as JPEG": { width: 60, format: "jpeg" },
  "as JPEG on green": { width: 60, format: "jpeg", background: "#00a040" },
  "as PNG, all kept": { width: 60, format: "png", metadata: "keep" },
} as const satisfies Record<string, Asked>;

export interface GoldenRow {
  readonly name: string;
  readonly input: InputName;
  readonly asked: Asked;
}

/** The table: each input through its transforms. A row's name is its key in reference.json. */
export const rows: readonly GoldenRow[] = (Object.keys(inputs) as InputName[]).flatMap((input) =>
  Object.entries(input === "jpeg" ? transforms : common).map(([how, asked]) => ({
    name: `${input}: ${how}`,
    input,
    asked,
  })),
);
