import { awakeDeadline } from "../awake-deadline.ts";
import { PixmillError } from "../errors.ts";
import { currentPatience } from "../patience.ts";

/** A step of storage takes milliseconds, of a slow one seconds. Who stands and waits is told sooner. Milliseconds. */
const usualMs = { ofRequests: 15_000, ofWork: 60_000 };
/** A megabyte a second: what is slower is no storage for pictures. */
const leastBytesPerMs = 1_000;
/** What is waited for the tidying up after something went wrong; it goes on by itself. Milliseconds. */
export const lastWordMs = 1_000;

/** Storage has not answered. What it was asked for may still be done, at any later time. */
export class StorageSilence extends PixmillError {
  constructor(ms: number) {
    super("storage_error", { detail: `Storage did not answer in ${ms / 1_000} s.` });
  }
}

/** How long a step may take that moves so many bytes. Milliseconds. */
export function storagePatienceMs(bytes = 0): number {
  return (currentPatience() ? usualMs.ofRequests : usualMs.ofWork) + bytes / leastBytesPerMs;
}

/**
 * The step's own answer, or `StorageSilence` when none came within `ms` milliseconds: a network folder whose server is
 * away answers nothing, for ever, and would keep its image and the worker's hand, or the client. The step itself
 * cannot be called off; what comes of it late is harmless, or undone by who asked for it.
 */
export async function whilePatient<T>(step: Promise<T>, ms = storagePatienceMs()): Promise<T> {
  const late = Promise.withResolvers<never>();
  const callOff = awakeDeadline(ms, () => late.reject(new StorageSilence(ms)));
  try {
    return await Promise.race([step, late.promise]);
  } finally {
    callOff();
  }
}

/** Waits for the tidying up after `error`, but not where storage is known to hang. */
export async function tidied(tidying: Promise<unknown>, error: unknown): Promise<void> {
  const ms = error instanceof StorageSilence ? lastWordMs : storagePatienceMs();
  await whilePatient(tidying, ms).catch(() => {});
}
