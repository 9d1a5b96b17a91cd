import type { EventBus } from "../events/event-bus.ts";

/** At most four events a second a batch, in milliseconds between two. */
const everyMs = 250;

const waiting = new WeakMap<EventBus, Map<string, NodeJS.Timeout>>();

/** Tells of a batch's progress soon: what happens until then is told with it. */
export function announceProgress(events: EventBus, batchId: string): void {
  const timers = waiting.get(events) ?? new Map<string, NodeJS.Timeout>();
  waiting.set(events, timers);
  if (!timers.has(batchId)) timers.set(batchId, setTimeout(() => tell(events, batchId), everyMs).unref());
}

/** The last of a batch's progress is told at once, and then its end. */
export function announceEnd(events: EventBus, batchId: string): void {
  tell(events, batchId);
  events.publish({ type: "batch.done", batchId });
}

function tell(events: EventBus, batchId: string): void {
  const timers = waiting.get(events);
  clearTimeout(timers?.get(batchId));
  timers?.delete(batchId);
  events.publish({ type: "batch.progress", batchId });
}
