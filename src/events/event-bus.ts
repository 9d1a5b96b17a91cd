/** Every kind of event. */
export const eventTypes = [
  "image.queued",
  "image.processing",
  "image.done",
  "image.failed",
  "image.cancelled",
  "batch.progress",
  "batch.done",
  "worker.heartbeat",
] as const;
type EventType = (typeof eventTypes)[number];

/** Something that happened. It says about what, never how it looks: readers ask the catalog for the rest. */
export interface PixmillEvent {
  readonly type: EventType;
  readonly imageId?: string;
  readonly batchId?: string;
  /** Small, plain JSON: a heartbeat's figures; `toFetch` of an image that waits for its original and not an engine. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** `<epoch>-<sequence>`: an id from another epoch is from before a restart. */
export interface DeliveredEvent extends PixmillEvent {
  readonly id: string;
}

/** `reset`: what came after the asked-for id is no longer all kept; the reader must look at the catalog afresh. */
export type Delivery = DeliveredEvent | { readonly type: "reset"; readonly id: string };

export interface Subscription {
  close(): void;
}

export interface EventBus {
  /** Never fails: an event that cannot be told is a log line, not an error of the work it tells of. */
  publish(event: PixmillEvent): void;
  /** Events after `afterId`, without a gap while they are kept (the newest 10,000), else `reset`; without it, new ones. */
  subscribe(listener: (delivery: Delivery) => void, afterId?: string): Subscription;
  close(): Promise<void>;
}
