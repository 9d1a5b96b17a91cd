/**
 * The life of an image.
 *
 * It is born `queued`, in the same commit that makes its 202 true. A worker's claim makes it `processing`.
 * From there it is `done` (no variant pending, at least one ready), `failed` (none ready), or, when the worker
 * gives it back or dies, `queued` again. A person can cancel it while it is not final, and retry it once it is
 * failed or cancelled. Deleting leaves a tombstone for a day, then nothing.
 */
export const imageStatuses = ["queued", "processing", "done", "failed", "cancelled"] as const;
export type ImageStatus = (typeof imageStatuses)[number];

/** What may happen to an image, and in which states. Every change of a row's status is one of these. */
export const transitions = {
  claim: { from: ["queued"], to: "processing" },
  giveBack: { from: ["processing"], to: "queued" },
  finish: { from: ["processing"], to: "done" },
  fail: { from: ["queued", "processing"], to: "failed" },
  cancel: { from: ["queued", "processing"], to: "cancelled" },
  retry: { from: ["failed", "cancelled"], to: "queued" },
} as const satisfies Record<string, { from: readonly ImageStatus[]; to: ImageStatus }>;

export type Transition = keyof typeof transitions;

/** A final image changes no more unless a person asks for it. */
export function isFinal(status: ImageStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}
