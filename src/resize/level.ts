/** How full one of the things is that uploads fill, and what comes of it. */
export interface Level {
  readonly name: "disk" | "inodes" | "redis" | "catalog" | "uploads";
  /** 0 is empty, 1 is full. */
  readonly used: number;
  /** From here on `effect` holds. */
  readonly limit: number;
  /** What is done above the limit, or not any more; `null` below it. */
  readonly effect: string | null;
}

export function level(
  { name, used, limit }: Pick<Level, "name" | "used" | "limit">,
  effect: string,
  isAbove = used > limit,
): Level {
  const rounded = (share: number) => Math.round(share * 1_000) / 1_000;
  return { name, used: rounded(used), limit: rounded(limit), effect: isAbove ? effect : null };
}
