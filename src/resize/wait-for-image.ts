import type { ImageRecord } from "../catalog/image-record.ts";
import { isFinal } from "../image/status.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findImage } from "./find-image.ts";

/** How long a lost event can hold a waiting reader back, in milliseconds. */
const lookAgainMs = 2_000;

/** The image as soon as it is final, or as it is after `ms` milliseconds. */
export async function waitForImage(
  dependencies: Pick<ResizeDependencies, "catalog" | "events">,
  id: string,
  ms: number,
  signal: AbortSignal,
): Promise<ImageRecord> {
  const deadline = performance.now() + ms;
  let changed = Promise.withResolvers<void>();
  const subscription = dependencies.events.subscribe((event) => {
    if (event.type === "reset" || event.imageId === id) changed.resolve();
  });
  try {
    for (;;) {
      changed = Promise.withResolvers<void>();
      const record = await findImage(dependencies, id);
      const left = deadline - performance.now();
      if (isFinal(record.status) || left <= 0 || signal.aborted) return record;
      await firstOf(changed.promise, Math.min(left, lookAgainMs), signal);
    }
  } finally {
    subscription.close();
  }
}

/** A timer that ends by a signal would make two errors, stacks and all, for nobody to read. */
async function firstOf(changed: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([changed, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
