import { type ErrorCode, PixmillError } from "../errors.ts";
import type { Delivery } from "../events/event-bus.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { batchView } from "./batch-view.ts";
import { imageView } from "./image-view.ts";

/** How many rendered events are kept: readers of one process get the same event within moments. */
const keptTexts = 512;

/**
 * Events as server-sent-event text (WHATWG HTML, 9.2). The bus says only what an event is about; the image or
 * batch is looked up once for each event, however many clients read it.
 */
export class EventTexts {
  readonly #useCases: UseCases;
  readonly #texts = new Map<string, Promise<string | undefined>>();

  constructor(useCases: UseCases) {
    this.#useCases = useCases;
  }

  /** `undefined`: what the event is about is gone, so there is nothing to show. */
  of(delivery: Delivery): Promise<string | undefined> {
    // A heartbeat carries the id of the event before it.
    if (delivery.type === "reset" || delivery.type === "worker.heartbeat") return this.#render(delivery);
    const kept = this.#texts.get(delivery.id);
    if (kept) return kept;
    const text = this.#render(delivery);
    this.#texts.set(delivery.id, text);
    text.catch(() => this.#texts.delete(delivery.id));
    for (const [oldest] of this.#texts) {
      if (this.#texts.size <= keptTexts) break;
      this.#texts.delete(oldest);
    }
    return text;
  }

  async #render(delivery: Delivery): Promise<string | undefined> {
    try {
      const data = await this.#data(delivery);
      return `id: ${delivery.id}\nevent: ${delivery.type}\ndata: ${JSON.stringify(data)}\n\n`;
    } catch (error) {
      if (error instanceof PixmillError && isAbsence(error.code)) return undefined;
      throw error;
    }
  }

  async #data(delivery: Delivery): Promise<unknown> {
    if (delivery.type === "reset") return {};
    if (delivery.type.startsWith("image.") && delivery.imageId) {
      return imageView(await this.#useCases.findImage(delivery.imageId));
    }
    if (delivery.type.startsWith("batch.") && delivery.batchId) {
      return batchView(await this.#useCases.findBatch(delivery.batchId));
    }
    return delivery.data ?? {};
  }
}

function isAbsence(code: ErrorCode): boolean {
  return code === "not_found" || code === "gone";
}
