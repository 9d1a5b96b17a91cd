import { type Signal, signal } from "@preact/signals";
import { type Trouble, troubleOf } from "../parts/use-answer.ts";
import type { Image } from "../service/api.ts";
import { type ImageFilter, pageOfImages } from "../service/batches.ts";
import type { LiveEvent } from "./events.ts";
import { emptyList, type ImageList, mergeImages } from "./image-list.ts";

/** The most that the service lists at once. */
const largestPage = 200;
/** Of a very long list the newest are looked at again; events tell of the rest. */
const mostRefreshed = 1000;

/**
 * The images of a filter, newest first, page by page, kept true by events. What events tell is taken in together:
 * one pass over the list for a gathering, however many images it is about.
 */
export class ImagePages {
  readonly images: Signal<readonly Image[]> = signal([]);
  readonly loading = signal(false);
  readonly trouble: Signal<Trouble | null> = signal(null);
  /** Where the next older page begins; `null` when there is none. */
  readonly cursor: Signal<string | null> = signal(null);

  readonly #filter: ImageFilter;
  readonly #pageSize: number;
  readonly #end = new AbortController();
  #list: ImageList = emptyList;

  constructor(filter: ImageFilter, pageSize: number) {
    this.#filter = filter;
    this.#pageSize = pageSize;
  }

  /** What is loaded, as it is now; at first the newest page. What was deleted elsewhere goes. */
  async refresh(): Promise<void> {
    const before = new Set(this.#list.images.map(({ id }) => id));
    const wanted = Math.min(Math.max(before.size, this.#pageSize), mostRefreshed);
    await this.#load(async (signal) => {
      const items: Image[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(Math.max(wanted - items.length, this.#pageSize), largestPage);
        const page = await pageOfImages(this.#filter, { limit, cursor }, signal);
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor && items.length < wanted);
      const seen = new Set(items.map(({ id }) => id));
      const oldest = cursor ? (items.at(-1)?.id ?? "") : "";
      const isGone = ({ id }: Image) => before.has(id) && id >= oldest && !seen.has(id);
      if (!cursor || before.size <= items.length) this.cursor.value = cursor ?? null;
      const { images, deleted } = this.#list;
      const kept = images.some(isGone)
        ? { images: images.filter((image) => !isGone(image)), deleted }
        : this.#list;
      this.#show(mergeImages(kept, items));
    });
  }

  async more(): Promise<void> {
    const cursor = this.cursor.peek();
    if (!cursor || this.loading.peek()) return;
    await this.#load(async (signal) => {
      const page = await pageOfImages(this.#filter, { limit: this.#pageSize, cursor }, signal);
      this.cursor.value = page.nextCursor;
      this.#show(mergeImages(this.#list, page.items));
    });
  }

  hear(events: readonly LiveEvent[]): void {
    const told = events.flatMap((event) => ("image" in event ? [event.image] : []));
    if (told.length > 0) this.#show(mergeImages(this.#list, this.#mine(told)));
    if (events.some(({ type }) => type === "lost")) void this.refresh();
  }

  /** What an action made of images. */
  absorb(images: readonly Image[]): void {
    this.#show(mergeImages(this.#list, images));
  }

  drop(ids: readonly string[]): void {
    const gone = new Set(ids);
    this.#show({
      images: this.#list.images.filter(({ id }) => !gone.has(id)),
      deleted: new Set([...this.#list.deleted, ...gone]),
    });
  }

  close(): void {
    this.#end.abort();
  }

  async #load(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#end;
    this.loading.value = true;
    try {
      await load(signal);
      this.trouble.value = null;
    } catch (error) {
      if (!signal.aborted) this.trouble.value = troubleOf(error);
    } finally {
      this.loading.value = false;
    }
  }

  /** One that is older than all that is loaded comes with its page; one that is known may have left the filter. */
  #mine(told: readonly Image[]): Image[] {
    const { batchId, status } = this.#filter;
    const oldest = this.#list.images.at(-1)?.id;
    const reach = this.cursor.peek() === null || oldest === undefined ? "" : oldest;
    const known = new Set(status && this.#list.images.map(({ id }) => id));
    return told.filter(
      (image) =>
        (batchId === undefined || image.batchId === batchId) &&
        (status === undefined || image.status === status || known.has(image.id)) &&
        image.id >= reach,
    );
  }

  #show(list: ImageList): void {
    if (list === this.#list) return;
    this.#list = list;
    const { status } = this.#filter;
    this.images.value = status ? list.images.filter((image) => image.status === status) : list.images;
  }
}
