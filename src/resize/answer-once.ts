import { createHash } from "node:crypto";
import { type Answer, KeyTaken, type UniqueRequest } from "../catalog/answers.ts";
import { PixmillError } from "../errors.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** How long a repeated request is answered as the first was, in milliseconds. */
export const answerLifetimeMs = 24 * 60 * 60 * 1000;

/** The key that a client gave a request, so that it may send it again. */
export interface RequestKey {
  /** Whose key it is: clients that do not know each other may choose the same. */
  readonly owner: string;
  readonly text: string;
  /** Where the request went; the same content elsewhere is another request. */
  readonly route: string;
}

interface Ways<T> {
  /** Does what is asked for, and writes the answer with it. Rejects with `KeyTaken`. */
  first(request?: UniqueRequest): Promise<T>;
  /** Gives the answer of then, and removes what came in now. `undefined`: it can not be given any more. */
  again(answer: Answer): Promise<T | undefined>;
}

export interface Answered<T> {
  readonly answer: T;
  /** It was given before; nothing was done this time. */
  readonly isReplay: boolean;
}

/**
 * Answers a request under a key once, and the same request from then on as it was answered first, also when both
 * come at once. Rejects with `idempotency_conflict` when the key was used for another `content`. What is refused is
 * not remembered: it may be mended and sent again.
 */
export async function answerOnce<T>(
  { catalog }: Pick<ResizeDependencies, "catalog">,
  key: RequestKey | undefined,
  content: unknown,
  { first, again }: Ways<T>,
): Promise<Answered<T>> {
  if (!key) return { answer: await first(), isReplay: false };
  const request = uniqueRequest(key, content);
  let earlier = await catalog.answers.find(request);
  if (!earlier) {
    try {
      return { answer: await first(request), isReplay: false };
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      earlier = await catalog.answers.find(request);
      if (!earlier) throw error;
    }
  }
  if (earlier.fingerprint !== request.fingerprint) throw new PixmillError("idempotency_conflict");
  const answer = await again(earlier);
  if (answer !== undefined) return { answer, isReplay: true };
  await catalog.answers.forget(request, earlier);
  return await answerOnce({ catalog }, key, content, { first, again });
}

function uniqueRequest({ owner, text, route }: RequestKey, content: unknown): UniqueRequest {
  return {
    hash: sha256([owner, text]),
    fingerprint: sha256([route, content]),
    lifetimeMs: answerLifetimeMs,
  };
}

/** The order of an object's fields says nothing. */
function sha256(value: unknown): string {
  const sorted = JSON.stringify(value, (_name, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
  return createHash("sha256").update(sorted).digest("hex");
}
