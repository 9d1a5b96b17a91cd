import { signal } from "@preact/signals";
import { awaitImage, refresh } from "./load.ts";

/** Milliseconds; the stream mostly tells of them before. */
const firstLookMs = 100;
const lookAgainMs = 1000;

/** Images were made here that the page may not have seen yet. */
export const expecting = signal(false);

let since = 0;

/** Images were made here, `id` one of them where it is known: they shall be seen, stream or not. */
export function expectImage(id?: string): void {
  if (id) awaitImage(id);
  since += 1;
  if (expecting.value) return;
  expecting.value = true;
  setTimeout(look, firstLookMs);
}

async function look(): Promise<void> {
  const before = since;
  const found = await refresh().then(
    () => true,
    () => false,
  );
  if (found && since === before) expecting.value = false;
  else setTimeout(look, lookAgainMs);
}
