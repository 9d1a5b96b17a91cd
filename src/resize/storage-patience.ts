import { awakeDeadline } from "../awake-deadline.ts";
import { PixmillError } from "../errors.ts";

/** A step of storage takes milliseconds, of a slow one seconds. Milliseconds. */
const usualMs = 60_000;

/**
 * The step's own answer, or `storage_error` when none came within `ms` milliseconds: a network folder whose server is
 * away answers nothing, for ever, and would keep its image and the worker's hand. The step itself cannot be called
 * off; what comes of it late meets the fence.
 */
export async function whilePatient<T>(step: Promise<T>, ms = usualMs): Promise<T> {
  const late = Promise.withResolvers<never>();
  const callOff = awakeDeadline(ms, () => {
    late.reject(new PixmillError("storage_error", { detail: `Storage did not answer in ${ms / 1_000} s.` }));
  });
  try {
    return await Promise.race([step, late.promise]);
  } finally {
    callOff();
  }
}
