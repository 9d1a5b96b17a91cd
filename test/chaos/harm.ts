import { setTimeout as sleep } from "node:timers/promises";

/** What a picture does to the engine process that opens it, by name. */
const acts = {
  SIGSEGV: () => sendSelf("SIGSEGV"),
  SIGABRT: () => process.abort(),
  SIGKILL: () => sendSelf("SIGKILL"),
  spin: () => {
    for (;;);
  },
  /** 200 MB a second, 10 GB in all. */
  async allocate() {
    const held: Buffer[] = [];
    while (held.length < 500) {
      held.push(Buffer.alloc(20_000_000, 1));
      await sleep(100);
    }
  },
} satisfies Record<string, () => Promise<unknown> | unknown>;

export type Harm = keyof typeof acts;
export const harms = Object.keys(acts) as Harm[];

const mark = "pixmill-harm:";
/** The mark stands in the first segment of a JPEG. */
export const markedBytes = 64;

export const harmMark = (harm: Harm) => `${mark}${harm};`;

/** The harm that the picture says it does. */
export function harmIn(beginning: Buffer): Harm | undefined {
  const text = beginning.toString("latin1");
  return harms.find((harm) => text.includes(harmMark(harm)));
}

/** Resolves only when the process survives it. */
export async function doHarm(harm: Harm): Promise<void> {
  await acts[harm]();
}

function sendSelf(signal: NodeJS.Signals): never {
  process.kill(process.pid, signal);
  for (;;);
}
