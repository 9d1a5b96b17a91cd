import { batch, signal } from "@preact/signals";
import { endSession, locked, openSession } from "./api.ts";
import { emptyList, imageList } from "./image-list.ts";

/** The cookie itself is hidden from scripts: that there is one is remembered here, for the way out. */
const memory = "pixmill-session";

export const inSession = signal(remembered());

/** Throws `RequestFailure` for a key that is not known. */
export async function enter(key: string): Promise<void> {
  await openSession(key);
  batch(() => {
    remember(true);
    locked.value = false;
  });
}

/** The next person at this browser sees nothing of this one's images. */
export async function leave(): Promise<void> {
  await endSession();
  batch(() => {
    remember(false);
    imageList.value = emptyList;
    locked.value = true;
  });
}

function remember(yes: boolean): void {
  inSession.value = yes;
  try {
    if (yes) localStorage.setItem(memory, "1");
    else localStorage.removeItem(memory);
  } catch {
    // Storage is switched off: only this tab knows.
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(memory) !== null;
  } catch {
    return false;
  }
}
