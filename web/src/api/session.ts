import { batch, signal } from "@preact/signals";
import { recall, remember } from "../browser-memory.ts";
import { endSession, locked, openSession } from "./call.ts";

/** The cookie itself is hidden from scripts: that there is one is remembered here, for the way out. */
const memory = "session";

export const inSession = signal(recall(memory) !== null);

/** Throws `RequestFailure` for a key that is not known. */
export async function enter(key: string): Promise<void> {
  await openSession(key);
  batch(() => {
    keep(true);
    locked.value = false;
  });
}

/** The next person at this browser sees nothing of this one's images. */
export async function leave(): Promise<void> {
  await endSession();
  batch(() => {
    keep(false);
    locked.value = true;
  });
}

function keep(yes: boolean): void {
  inSession.value = yes;
  remember(memory, yes ? "1" : null);
}
