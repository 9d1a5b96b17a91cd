import { computed, effect, signal } from "@preact/signals";
import { locked } from "../service/api.ts";
import { RequestFailure } from "../service/problem.ts";
import { openStream } from "../service/stream.ts";
import { sendsSomething } from "../uploads/upload-list.ts";
import { imageList, unfinished } from "./image-list.ts";
import { absorbSoon, refresh, refreshImage } from "./load.ts";
import { expecting } from "./newcomers.ts";
import { scope } from "./scope.ts";

/** Milliseconds between two looks: short while things change, longer while they do not. */
const shortest = 400;
const longest = 3000;
/** While the stream flows a look only guards against what it may have missed. */
const besidesStream = 15_000;
const longestAfterFailure = 30_000;
/** Seconds. */
const waitForFinal = 30;

/** The service does not answer just now. */
export const connectionLost = signal(false);

const visible = signal(true);
const streaming = signal(false);
const streamMissing = signal(false);
const streamWanted = computed(
  () =>
    visible.value &&
    !locked.value &&
    !streamMissing.value &&
    (unfinished.value.length > 0 || sendsSomething.value || expecting.value),
);

let pace = shortest;
let timer: ReturnType<typeof setTimeout> | undefined;
let looking: AbortController | undefined;
/** Something changed while it was looked: what the look will tell may be from before. */
let isLate = false;

/** Keeps the list true: by the event stream where there is one, else by asking. Runs as long as the page. */
export function watch(): void {
  document.addEventListener("visibilitychange", () => {
    visible.value = document.visibilityState === "visible";
    if (visible.value && !locked.value) refresh().catch(() => {});
  });
  effect(() => {
    // Without a key there was none.
    if (!locked.value) streamMissing.value = false;
  });
  effect(() => {
    if (!streamWanted.value) return;
    const close = openStream(scope.value, {
      image: absorbSoon,
      opened: () => {
        streaming.value = true;
        hurry();
      },
      interrupted: () => {
        streaming.value = false;
        hurry();
      },
      missing: () => {
        streamMissing.value = true;
      },
    });
    return () => {
      close();
      streaming.value = false;
    };
  });
  let known = 0;
  effect(() => {
    const open = unfinished.value.length;
    if (open > known) {
      if (streaming.peek()) timer ??= setTimeout(look, besidesStream);
      else hurry();
    }
    known = open;
  });
}

/** Looks soon: something changes. */
function hurry(): void {
  pace = shortest;
  isLate = true;
  looking?.abort();
  if (!looking) schedule(shortest);
}

function schedule(delay: number): void {
  clearTimeout(timer);
  timer = setTimeout(look, delay);
}

async function look(): Promise<void> {
  timer = undefined;
  if (locked.peek() || unfinished.peek().length === 0) return;
  const before = imageList.peek();
  looking = new AbortController();
  isLate = false;
  try {
    await ask(looking.signal);
    connectionLost.value = false;
    pace = imageList.peek() === before ? Math.min(pace * 1.5, longest) : shortest;
  } catch (error) {
    if (error instanceof RequestFailure) {
      connectionLost.value = error.retryable;
      pace = Math.min(pace * 2, longestAfterFailure);
    }
  }
  looking = undefined;
  if (unfinished.peek().length > 0) schedule(streaming.peek() && !isLate ? besidesStream : pace);
}

/** One image that is being worked on has only its end left to tell, so its answer may be held until then. */
async function ask(signal: AbortSignal): Promise<void> {
  const open = unfinished.peek();
  const [only] = open;
  const alone = open.length === 1 && !sendsSomething.peek() && !streaming.peek();
  if (only && alone && only.status === "processing") {
    await refreshImage(only.id, { wait: waitForFinal, signal });
  } else {
    await refresh(open.map((image) => image.id));
  }
}
