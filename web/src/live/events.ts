import { effect, signal } from "@preact/signals";
import type { Batch } from "../api/batches.ts";
import { type Image, locked, read, serviceUrl } from "../api/call.ts";
import type { Worker } from "../api/operations.ts";

const imageTypes = [
  "image.queued",
  "image.processing",
  "image.done",
  "image.failed",
  "image.cancelled",
] as const;
const batchTypes = ["batch.progress", "batch.done"] as const;

/** Images that were deleted from this page: some, or all of a batch. */
interface Deleted {
  readonly type: "deleted";
  readonly ids?: readonly string[];
  readonly batchId?: string;
}

/** `lost`: what happened until now is not all told; it is to be looked up. */
export type LiveEvent =
  | { readonly type: "lost" }
  | Deleted
  | { readonly type: (typeof imageTypes)[number]; readonly image: Image }
  | { readonly type: (typeof batchTypes)[number]; readonly batch: Batch }
  | { readonly type: "worker.heartbeat"; readonly worker: Omit<Worker, "lastSeenAt"> };

type Listener = (events: readonly LiveEvent[]) => void;

/** Events are told together this often, in milliseconds: thousands a second must not be thousands of renders. */
const gatherMs = 100;
/** While more than so many come at once, a page that changes ten times a second cannot be read, only paid for. */
const gatherManyMs = 400;
const many = 8;
const reopenMs = 2_000;
const longestReopenMs = 30_000;

/** How the stream of events stands: `quiet` while nobody listens, `interrupted` from a cut until it flows again. */
export const liveState = signal<"quiet" | "connecting" | "open" | "interrupted">("quiet");

const listeners = new Set<Listener>();
const wanted = signal(false);
const visible = signal(document.visibilityState === "visible");
document.addEventListener("visibilitychange", () => {
  visible.value = document.visibilityState === "visible";
});

let gathered: LiveEvent[] = [];
let areMany = false;

/**
 * Follows everything that the service tells, for as long as somebody listens and the page is seen: all views share
 * one stream, since a browser keeps few connections to a host, for all its tabs together. Returns the way to stop.
 */
export function follow(listener: Listener): () => void {
  listeners.add(listener);
  wanted.value = true;
  return () => {
    listeners.delete(listener);
    // The next view may want it in a moment.
    setTimeout(() => {
      wanted.value = listeners.size > 0;
    }, 1_000);
  };
}

/** Tells all lists at once what was deleted here: the service has no event for it. */
export function tellDeleted(which: Omit<Deleted, "type">): void {
  for (const listener of listeners) listener([{ type: "deleted", ...which }]);
}

effect(() => {
  if (!wanted.value || !visible.value || locked.value) return;
  const close = openStream();
  return () => {
    close();
    liveState.value = "quiet";
  };
});

/** The browser reconnects by itself after a cut, with `Last-Event-ID`; only an answer with an error status ends it. */
function openStream(): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  let pause = reopenMs;

  const open = () => {
    source = new EventSource(serviceUrl("/v1/events"));
    // Once there was an id the browser resumes from it, or is told `reset`; until then a stream begins with what
    // comes next, after each cut anew.
    let resumes = false;
    source.onopen = () => {
      liveState.value = "open";
      pause = reopenMs;
      if (!resumes) tell({ type: "lost" });
    };
    source.onerror = () => {
      liveState.value = "interrupted";
      if (source.readyState !== EventSource.CLOSED) return;
      // It was refused, but no stream says why. A call does: a session that is over asks for the key.
      read("/v1/presets").catch(() => {});
      again = setTimeout(open, pause);
      pause = Math.min(pause * 2, longestReopenMs);
    };
    source.addEventListener("reset", () => tell({ type: "lost" }));
    const hear = (type: string, make: (data: never) => LiveEvent) =>
      source.addEventListener(type, (event: MessageEvent<string>) => {
        resumes ||= event.lastEventId !== "";
        tell(make(JSON.parse(event.data) as never));
      });
    for (const type of imageTypes) hear(type, (image) => ({ type, image }));
    for (const type of batchTypes) hear(type, (batch) => ({ type, batch }));
    hear("worker.heartbeat", (worker) => ({ type: "worker.heartbeat", worker }));
  };

  liveState.value = "connecting";
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}

function tell(event: LiveEvent): void {
  gathered.push(event);
  if (gathered.length === 1) setTimeout(tellTogether, areMany ? gatherManyMs : gatherMs);
}

function tellTogether(): void {
  const events = gathered;
  gathered = [];
  areMany = events.length > many;
  for (const listener of listeners) listener(events);
}
