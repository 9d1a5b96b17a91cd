import type { ImageRecord } from "../catalog/image-record.ts";
import type { AttemptObserver } from "../resize/process-image.ts";

/** What a worker does and did since it started: the figures of its heartbeat. */
export class Activity implements AttemptObserver {
  active = 0;
  done = 0;
  failed = 0;
  /** Of the originals of images that it ended, in millions of pixels. */
  megapixels = 0;

  begun(): void {
    this.active += 1;
  }

  ended(final: ImageRecord | undefined): void {
    this.active -= 1;
    if (!final) return;
    if (final.status === "done") this.done += 1;
    else this.failed += 1;
    const { original } = final;
    if (original) this.megapixels += (original.width * original.height) / 1e6;
  }
}
