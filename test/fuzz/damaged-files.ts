import type { TransformInput } from "../../src/image/transform.ts";
import { everyKind, seededRandom } from "../pictures/index.ts";
import { damage, diceOf, pick } from "./damage.ts";
import { drawings } from "./drawings.ts";

/** A valid file that was damaged. The same seed and index make the same bytes. */
export interface DamagedFile {
  readonly index: number;
  /** Of the valid file. */
  readonly kind: string;
  readonly format: string;
  readonly how: readonly string[];
  readonly content: Buffer;
  /** What is asked for, as JSON of the API; nothing: the default preset. */
  readonly variants: string | undefined;
}

const asked: readonly [readonly Partial<TransformInput>[], ...(readonly Partial<TransformInput>[])[]] = [
  [],
  [{ name: "small", width: 32 }],
  [{ name: "small", width: 40, metadata: "keep" }],
  [{ name: "small", width: 40, metadata: "copyright" }],
  // Two from one decode, one of them cut where it matters.
  [
    { name: "web", width: 64, format: "webp" },
    { name: "icon", width: 24, height: 24, position: "attention", format: "png" },
  ],
  // As large as it is: nothing is skipped while decoding.
  [{ name: "all", format: "jpeg" }],
];

/** What is damaged. */
export const kinds = [...everyKind, ...drawings];

/** Makes damaged files of every kind, by their index. */
export async function damagedFiles(seed: number): Promise<(index: number) => DamagedFile> {
  const [first, ...rest] = await Promise.all(
    kinds.map(async (kind) => ({ ...kind, content: await kind.make() })),
  );
  if (!first) throw new Error("There are no kinds.");
  return (index) => {
    const dice = diceOf(seededRandom(seed + Math.imul(index + 1, 0x9e3779b1)));
    const kind = pick(dice, [first, ...rest]);
    const { content, how } = damage(kind.content, pick(dice, [first, ...rest]).content, dice);
    const variants = pick(dice, asked);
    return {
      index,
      kind: kind.name,
      format: kind.format,
      how,
      content,
      variants: variants.length > 0 ? JSON.stringify(variants) : undefined,
    };
  };
}
