import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ImageFilter, pageOfImages } from "../api/batches.ts";
import { getImage, type Image } from "../api/call.ts";
import { RequestFailure, type Trouble, troubleOf } from "../api/problem.ts";
import type { LiveEvent } from "./events.ts";
import { dropImages, emptyList, type ImageList, mergeImages } from "./image-list.ts";
import { isFinal } from "./image-state.ts";

/** The most that the service lists at once. */
const largestPage = 200;
/** The newest that are kept, unless somebody asked for more: a page that stays open must not grow with what comes. */
const mostKept = 1000;

/**
 * The images of a filter, newest first, page by page, kept true by events. What events tell is taken in together:
 * one pass over the list for a gathering, however many images it is about.
 */
export class ImagePages {
  readonly images: Signal<readonly Image[]> = signal([]);
  readonly loading = signal(false);
  readonly trouble: Signal<Trouble | null> = signal(null);
  readonly unfinished: ReadonlySignal<number> = computed(
    () => this.images.value.filter(({ status }) => !isFinal(status)).length,
  );
  readonly hasMore: ReadonlySignal<boolean> = computed(() => this.#next.value !== null);

  readonly #filter: ImageFilter;
  readonly #pageSize: number;
  readonly #end = new AbortController();
  #list: ImageList = emptyList;
  #running = 0;
  /** How many somebody asked for. */
  #wanted: number;
  /** Where the next older page begins; `null` when there is none. */
  readonly #next: Signal<string | "beyond what is kept" | null> = signal(null);

  constructor(filter: ImageFilter, pageSize: number) {
    this.#filter = filter;
    this.#pageSize = pageSize;
    this.#wanted = pageSize;
  }

  /** What is loaded, as it is now; at first the newest page. What was deleted elsewhere goes. */
  refresh(): Promise<void> {
    return this.#load((signal) => this.#readAll(signal));
  }

  /** The same without a word: what fails is left to the next look. */
  async look(): Promise<void> {
    try {
      await this.#readAll(this.#end.signal);
      this.trouble.value = null;
    } catch {}
  }

  /** Looks again at one of them. */
  async lookAt(id: string): Promise<void> {
    try {
      this.#show(mergeImages(this.#list, [await getImage(id, this.#end.signal)]));
    } catch (error) {
      if (error instanceof RequestFailure && (error.status === 404 || error.status === 410)) this.#drop([id]);
    }
  }

  async more(): Promise<void> {
    const cursor = this.#next.peek();
    if (!cursor || this.loading.peek()) return;
    this.#wanted = Math.max(this.#wanted, this.#list.images.length) + this.#pageSize;
    if (cursor === "beyond what is kept") return this.refresh();
    await this.#load(async (signal) => {
      const page = await pageOfImages(this.#filter, { limit: this.#pageSize, cursor }, signal);
      this.#next.value = page.nextCursor;
      this.#show(mergeImages(this.#list, page.items));
    });
  }

  hear(events: readonly LiveEvent[]): void {
    const told = events.flatMap((event) => ("image" in event ? [event.image] : []));
    if (told.length > 0) this.#show(mergeImages(this.#list, this.#mine(told)));
    for (const event of events) {
      if (event.type === "deleted") this.#drop([...(event.ids ?? []), ...this.#idsOf(event.batchId)]);
    }
    if (events.some(({ type }) => type === "lost")) void this.look();
  }

  close(): void {
    this.#end.abort();
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    const before = new Set(this.#list.images.map(({ id }) => id));
    const wanted = Math.max(this.#wanted, Math.min(before.size, mostKept));
    const items: Image[] = [];
    let cursor: string | null = null;
    do {
      const limit = Math.min(Math.max(wanted - items.length, this.#pageSize), largestPage);
      const page = await pageOfImages(this.#filter, { limit, cursor }, signal);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && items.length < wanted);
    const seen = new Set(items.map(({ id }) => id));
    const oldest = cursor ? (items.at(-1)?.id ?? "") : "";
    const isGone = ({ id }: Image) => before.has(id) && id >= oldest && !seen.has(id);
    const { images, deleted } = this.#list;
    const kept = images.some(isGone)
      ? { images: images.filter((image) => !isGone(image)), deleted }
      : this.#list;
    const reachesFurther = (kept.images.at(-1)?.id ?? oldest) < oldest;
    if (!cursor || !reachesFurther) this.#next.value = cursor;
    this.#show(mergeImages(kept, items));
  }

  async #load(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#end;
    this.#running += 1;
    this.loading.value = true;
    try {
      await load(signal);
      this.trouble.value = null;
    } catch (error) {
      if (!signal.aborted) this.trouble.value = troubleOf(error);
    } finally {
      this.#running -= 1;
      this.loading.value = this.#running > 0;
    }
  }

  #drop(ids: readonly string[]): void {
    if (ids.length > 0) this.#show(dropImages(this.#list, ids));
  }

  #idsOf(batchId: string | undefined): string[] {
    if (batchId === undefined) return [];
    return this.#list.images.filter((image) => image.batchId === batchId).map(({ id }) => id);
  }

  /** One that is older than all that is loaded comes with its page; one that is known may have left the filter. */
  #mine(told: readonly Image[]): Image[] {
    const { id, batchId, status } = this.#filter;
    const oldest = this.#list.images.at(-1)?.id;
    const reach = this.#next.peek() === null || oldest === undefined ? "" : oldest;
    const known = new Set(status && this.#list.images.map(({ id }) => id));
    return told.filter(
      (image) =>
        (id === undefined || image.id === id) &&
        (batchId === undefined || image.batchId === batchId) &&
        (status === undefined || image.status === status || known.has(image.id)) &&
        image.id >= reach,
    );
  }

  #show(list: ImageList): void {
    if (list === this.#list) return;
    this.#list = this.#cutOff(list);
    const { images } = this.#list;
    const { status } = this.#filter;
    this.images.value = status ? images.filter((image) => image.status === status) : images;
  }

  #cutOff(list: ImageList): ImageList {
    const most = Math.max(mostKept, this.#wanted);
    if (list.images.length <= most) return list;
    this.#next.value = "beyond what is kept";
    return { ...list, images: list.images.slice(0, most) };
  }
}
