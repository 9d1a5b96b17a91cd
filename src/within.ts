/**
 * The answer; `undefined` when it fails or takes longer than `ms` milliseconds: what cannot be measured must not keep
 * the rest from being read.
 */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([answer, late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
