/*
 * Which tab is busy with which drop, so that another does not take it for interrupted. Insecure origins, such as a
 * service on a local network, have no locks: there the tabs ask each other.
 */

interface Question {
  readonly ask: true;
}
interface Answer {
  readonly held: readonly string[];
}

/** Milliseconds for other tabs to answer. */
const answerMs = 500;
const lockPrefix = "pixmill-drop-";

/** The drops of this tab, and how each is let go. */
const releases = new Map<string, () => void>();

export function isHeldHere(id: string): boolean {
  return releases.has(id);
}

/** This tab is busy with the drop. */
export function hold(id: string): void {
  if (releases.has(id)) return;
  const over = new Promise<void>((resolve) => releases.set(id, resolve));
  if (navigator.locks) navigator.locks.request(lockPrefix + id, () => over).catch(() => {});
  else answerOthers();
}

export function release(id: string): void {
  releases.get(id)?.();
  releases.delete(id);
}

/** The ids of the drops that a tab of this browser, this one included, is busy with. */
export async function heldDrops(): Promise<ReadonlySet<string>> {
  if (!navigator.locks) return new Set([...releases.keys(), ...(await askOthers())]);
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = "" }) => name.slice(lockPrefix.length)));
}

let channel: BroadcastChannel | undefined;

function answerOthers(): void {
  channel ??= new BroadcastChannel("pixmill-drops");
  channel.onmessage = ({ data }: MessageEvent<Question | Answer>) => {
    if ("ask" in data) channel?.postMessage({ held: [...releases.keys()] } satisfies Answer);
  };
}

async function askOthers(): Promise<string[]> {
  const found: string[] = [];
  const asking = new BroadcastChannel("pixmill-drops");
  asking.onmessage = ({ data }: MessageEvent<Question | Answer>) => {
    if ("held" in data) found.push(...data.held);
  };
  asking.postMessage({ ask: true } satisfies Question);
  await new Promise((resolve) => setTimeout(resolve, answerMs));
  asking.close();
  return found;
}
