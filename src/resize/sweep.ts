import type { ResizeDependencies } from "./dependencies.ts";

/**
 * What a work folder must not have been touched for before it is rubbish, in milliseconds: far longer than any job's
 * deadline and than the pause after which a silent upload is cut.
 */
const abandonedMs = 60 * 60 * 1000;

/** Removes what killed processes left in the work folder. Safe in every process at once. */
export async function sweep({ workFolders, logger }: Pick<ResizeDependencies, "workFolders" | "logger">) {
  const swept = await workFolders.sweep(abandonedMs, () => false);
  if (swept > 0) logger.info({ swept }, "remains of killed processes removed");
}
