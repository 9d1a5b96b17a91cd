import type { Image } from "../../api/call.ts";
import type { Worker } from "../../api/operations.ts";
import type { LiveEvent } from "../../live/events.ts";
import { RecentCount } from "./recent-count.ts";

/** Seconds over which a rate, and a share, are counted. */
const rateSeconds = 60;
const shareSeconds = 300;
/** Whoever has only just begun to look would see a rate made of one image. */
const fewestSeconds = 15;
/** An image that takes 30 ms is seen as well: its slot stays lit for so long, in milliseconds. */
const glowMs = 700;
/** A worker that is not heard of for so long is taken off; the service lists it no longer either. */
const goneMs = 30_000;
/** An event may be older than the heartbeat that comes after it. */
const heartbeatSlackMs = 6_000;

/** One engine process of a worker, as far as events tell: `name` is the image that it has, or had last. */
export interface Slot {
  readonly imageId: string;
  readonly name: string;
  readonly busy: boolean;
  /** Busy, or so short a time ago that it is to be seen. */
  readonly lit: boolean;
}

/** A worker as it is drawn. */
export interface Lane {
  readonly id: string;
  readonly host: string;
  readonly concurrency: number;
  /** Since its process started. */
  readonly done: number;
  readonly failed: number;
  readonly megapixels: number;
  readonly slots: readonly (Slot | null)[];
  /** Images it has beyond its engine processes: those that it downloads. */
  readonly beside: number;
  readonly lit: boolean;
  /** Images a minute. */
  readonly rate: number;
  /** Of all that was ended in the last minutes, 0 to 1; `null` when nothing was. */
  readonly share: number | null;
}

interface Work {
  imageId: string;
  name: string;
  since: number;
  endedAt: number | undefined;
}

interface Entry {
  worker: Omit<Worker, "lastSeenAt">;
  seenAt: number;
  slots: (Work | undefined)[];
  beside: Map<string, number>;
  readonly ended: RecentCount;
}

/**
 * Who works on what, put together from the list of workers, heartbeats and the events of images. All times are this
 * page's, in milliseconds: the clocks of other machines say nothing here.
 */
export class LaneBook {
  readonly #entries = new Map<string, Entry>();
  readonly #since: number;
  /** Images that were let go since the last seed, which a slower answer may still call running. */
  readonly #released = new Set<string>();

  constructor(now: number) {
    this.#since = now;
  }

  /**
   * What the service says: its workers, and the images that are being worked on. It was asked at `askedAt`; what
   * events told since then is newer.
   */
  seed(workers: readonly Worker[], processing: readonly Image[], askedAt: number, now: number): void {
    const known = new Set(workers.map(({ id }) => id));
    for (const id of this.#entries.keys()) if (!known.has(id)) this.#entries.delete(id);
    for (const worker of workers) this.#heartbeat(worker, now);
    const running = new Set(processing.map(({ id }) => id));
    for (const entry of this.#entries.values()) {
      for (const work of entry.slots) {
        const isOld = work && work.endedAt === undefined && work.since < askedAt;
        if (isOld && !running.has(work.imageId)) work.endedAt = now;
      }
      for (const [id, since] of entry.beside) {
        if (since < askedAt && !running.has(id)) entry.beside.delete(id);
      }
    }
    for (const image of processing) if (!this.#released.has(image.id)) this.#take(image, now);
    this.#released.clear();
  }

  hear(events: readonly LiveEvent[], now: number): void {
    for (const event of events) {
      if (event.type === "worker.heartbeat") this.#heartbeat(event.worker, now);
      else if (event.type === "image.processing") this.#take(event.image, now);
      else if ("image" in event) this.#release(event.image, now, event.type !== "image.queued");
    }
  }

  lanes(now: number): readonly Lane[] {
    const entries = [...this.#entries.values()].filter(({ seenAt }) => now - seenAt < goneMs);
    const recent = entries.map(({ ended }) => ended.sum(now, shareSeconds));
    const all = recent.reduce((sum, count) => sum + count, 0);
    const watched = Math.min(Math.max((now - this.#since) / 1000, fewestSeconds), rateSeconds);
    return entries
      .map(({ worker, slots, beside, ended }, index): Lane => {
        const shown = slots.map((work) => slotOf(work, now));
        return {
          id: worker.id,
          host: worker.host,
          concurrency: worker.concurrency,
          done: worker.done,
          failed: worker.failed,
          megapixels: worker.megapixels,
          slots: shown,
          beside: beside.size,
          lit: shown.some((slot) => slot?.lit),
          rate: (ended.sum(now, rateSeconds) / watched) * 60,
          share: all === 0 ? null : (recent[index] ?? 0) / all,
        };
      })
      .sort((a, b) => a.id.localeCompare(b.id, undefined, { numeric: true }));
  }

  #heartbeat(worker: Omit<Worker, "lastSeenAt">, now: number): void {
    const entry = this.#entry(worker.id, now);
    entry.worker = worker;
    entry.seenAt = now;
    for (let index = entry.slots.length; index < worker.concurrency; index++) entry.slots.push(undefined);
    if (worker.active > 0) return;
    // It says that it has nothing: the event that would have said so was missed.
    for (const work of entry.slots) {
      if (work && work.endedAt === undefined && now - work.since > heartbeatSlackMs) work.endedAt = now;
    }
    for (const [id, since] of entry.beside) if (now - since > heartbeatSlackMs) entry.beside.delete(id);
  }

  #take(image: Image, now: number): void {
    if (!image.worker) return;
    this.#released.delete(image.id);
    const entry = this.#entry(image.worker, now);
    if (entry.beside.has(image.id) || entry.slots.some((work) => isRunning(work, image.id))) return;
    const free = entry.slots.findIndex((work) => !work || work.endedAt !== undefined);
    if (!image.original || free < 0) entry.beside.set(image.id, now);
    else entry.slots[free] = { imageId: image.id, name: image.filename, since: now, endedAt: undefined };
  }

  #release(image: Image, now: number, isFinal: boolean): void {
    this.#released.add(image.id);
    for (const [id, entry] of this.#entries) {
      entry.beside.delete(image.id);
      for (const work of entry.slots) if (work && isRunning(work, image.id)) work.endedAt = now;
      if (isFinal && id === image.worker) entry.ended.add(now);
    }
  }

  #entry(id: string, now: number): Entry {
    const known = this.#entries.get(id);
    if (known) return known;
    const nothing = { host: "", startedAt: "", active: 0, done: 0, failed: 0, megapixels: 0 };
    const entry: Entry = {
      worker: { id, concurrency: 1, ...nothing },
      seenAt: now,
      slots: [undefined],
      beside: new Map(),
      ended: new RecentCount(shareSeconds),
    };
    this.#entries.set(id, entry);
    return entry;
  }
}

function isRunning(work: Work | undefined, imageId: string): boolean {
  return work?.imageId === imageId && work.endedAt === undefined;
}

function slotOf(work: Work | undefined, now: number): Slot | null {
  if (!work) return null;
  const busy = work.endedAt === undefined;
  // A fast image is taken and ended in one gathering of events.
  const lit = busy || now - (work.endedAt ?? 0) < glowMs;
  return { imageId: work.imageId, name: work.name, busy, lit };
}
