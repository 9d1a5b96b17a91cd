import { type Answered, answerOnce, type RequestKey } from "./answer-once.ts";
import type { ResizeDependencies } from "./dependencies.ts";

export interface UploadWays<T> {
  /** Makes an upload, and calls `keep` with its id when it is there, before its first byte is. */
  create(keep: (id: string) => Promise<void>): Promise<T>;
  /** Tells of the upload that is there; `undefined`: there is none any more. */
  again(id: string): Promise<T | undefined>;
}

/**
 * Begins a resumable upload, once for each key. One that was refused or given up is begun anew: of it there is nothing
 * to tell. Rejects with `idempotency_conflict`, and with `gone` for an image that was deleted.
 */
export async function beginUpload<T>(
  dependencies: ResizeDependencies,
  key: RequestKey | undefined,
  content: unknown,
  { create, again }: UploadWays<T>,
): Promise<Answered<T>> {
  const { answers } = dependencies.catalog;
  return answerOnce(dependencies, key, content, {
    first: (request) =>
      create(async (id) => {
        if (!request) return;
        const answer = { imageId: id, batchId: null, wasFound: false, total: 1, failed: 0 };
        await answers.remember(request, answer);
      }),
    again: async ({ imageId }) => again(imageId ?? ""),
  });
}
