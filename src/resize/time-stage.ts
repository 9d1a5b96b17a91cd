import type { Stage, StageRecorder } from "../metrics.ts";

/** Tells how long `work` took, whether it ended well or not. */
export async function timeStage<T>(stages: StageRecorder, stage: Stage, work: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work;
  } finally {
    stages.spent(stage, performance.now() - startedAt);
  }
}
