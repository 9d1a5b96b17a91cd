import { upload } from "../support/client.ts";
import type { Arena } from "./arena.ts";
import type { ImageRow } from "./catalog-view.ts";
import type { Load, Picture } from "./load.ts";

interface Answer {
  /** Such as `422 image_too_large`, or `202`. */
  readonly said: string;
  readonly id: string | undefined;
  readonly ms: number;
}

const tries = 3;

async function sendOne(url: string, content: Buffer, variants?: string): Promise<Answer> {
  const startedAt = performance.now();
  const response = await upload(url, { name: "one", content }, variants ? { variants } : {}, "/v1/images");
  const { code, id } = (await response.json()) as { code?: string; id?: string };
  const ms = performance.now() - startedAt;
  return { said: [response.status, code].filter(Boolean).join(" "), id, ms };
}

/**
 * Insists on that refusal, three times. How long the quickest took, in milliseconds: on a busy machine any one may
 * wait for its turn.
 */
export async function refusedAs(
  expected: string,
  url: string,
  content: Buffer,
  variants?: string,
): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let count = 0; count < tries; count += 1) {
    const { said, ms } = await sendOne(url, content, variants);
    if (said !== expected) throw new Error(`answered ${said} and not ${expected}`);
    quickest = Math.min(quickest, ms);
  }
  return quickest;
}

/** Insists on the 202, and adds it to what the load must come to; resolves to its row when it is final. */
export async function finalOf(arena: Arena, load: Load, picture: Picture): Promise<ImageRow> {
  const { said, id } = await sendOne(arena.url, picture.content, picture.variants);
  if (!id) throw new Error(`${picture.name} was answered ${said}`);
  load.accepted.set(id, picture);
  await arena.rows.allFinal(new Set([id]), 120_000);
  const [row] = await arena.rows.images(`id = '${id}'`);
  if (!row) throw new Error(`${picture.name} is lost`);
  return row;
}
