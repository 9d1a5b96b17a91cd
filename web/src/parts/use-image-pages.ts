import { effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ImageFilter } from "../api/batches.ts";
import { locked } from "../api/call.ts";
import { follow } from "../live/events.ts";
import { ImagePages } from "../live/image-pages.ts";

interface Followed {
  readonly key: string;
  readonly pages: ImagePages;
  readonly end: () => void;
}

/** The list that was left last. Who comes back to it, as from the viewer, finds it with all that was loaded. */
let left: Followed | undefined;

effect(() => {
  if (locked.value) leave(undefined);
});

/** The images of a filter, loaded and kept true for as long as the component lives or the filter stays. */
export function useImagePages({ status, batchId }: ImageFilter, pageSize: number): ImagePages {
  const followed = useMemo(
    () => comeBackTo(JSON.stringify([status, batchId, pageSize])) ?? begin({ status, batchId }, pageSize),
    [status, batchId, pageSize],
  );
  useEffect(() => {
    void followed.pages.refresh();
    return () => leave(followed);
  }, [followed]);
  return followed.pages;
}

function begin(filter: ImageFilter, pageSize: number): Followed {
  const pages = new ImagePages(filter, pageSize);
  const stop = follow((events) => pages.hear(events));
  const end = () => {
    stop();
    pages.close();
  };
  return { key: JSON.stringify([filter.status, filter.batchId, pageSize]), pages, end };
}

function comeBackTo(key: string): Followed | undefined {
  if (left?.key !== key) return undefined;
  const followed = left;
  left = undefined;
  return followed;
}

function leave(followed: Followed | undefined): void {
  left?.end();
  left = followed;
}
