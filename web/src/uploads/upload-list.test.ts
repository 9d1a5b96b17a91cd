import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newDrop } from "./drop.ts";
import { newUpload, type Upload } from "./upload.ts";
import { forgetPace, listUploads, uploadChanged, uploadFacts } from "./upload-list.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** One file a second. */
function send(uploads: readonly Upload[]): void {
  for (const upload of uploads) {
    vi.advanceTimersByTime(1000);
    upload.state = "sent";
    uploadChanged(upload);
    vi.advanceTimersByTime(100);
  }
}

test("a pause is not taken for slow work", () => {
  const drop = newDrop({}, 100);
  const file = (index: number) => ({ file: new File([], "a"), name: "a", size: 1000, key: String(index) });
  const uploads = Array.from({ length: 100 }, (_, index) => newUpload(file(index), drop));
  listUploads(uploads);
  send(uploads.slice(0, 10));
  expect(uploadFacts.value.remainingMs).toBeCloseTo(99_000, -4);
  vi.advanceTimersByTime(120_000);
  forgetPace();
  send(uploads.slice(10, 20));
  expect(uploadFacts.value.remainingMs).toBeCloseTo(88_000, -4);
});
