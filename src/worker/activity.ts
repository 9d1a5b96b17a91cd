import type { ImageRecord } from "../catalog/image-record.ts";
import type { ImageRecorder } from "../metrics.ts";
import type { AttemptObserver } from "../resize/process-image.ts";

/** What a worker does and did since it started: the figures of its heartbeat, and of `images`. */
export class Activity implements AttemptObserver {
  readonly #images: ImageRecorder;
  active = 0;
  done = 0;
  failed = 0;
  /** Of the originals of images that it ended, in millions of pixels. */
  megapixels = 0;

  constructor(images: ImageRecorder) {
    this.#images = images;
  }

  begun(): void {
    this.active += 1;
  }

  ended(final: ImageRecord | undefined): void {
    this.active -= 1;
    if (!final) return;
    const outcome = final.status === "done" ? "done" : "failed";
    this[outcome] += 1;
    const { original } = final;
    const megapixels = original ? (original.width * original.height) / 1e6 : 0;
    this.megapixels += megapixels;
    this.#images.ended(outcome, original?.format ?? "unknown", megapixels);
  }
}
