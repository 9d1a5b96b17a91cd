import { useEffect, useMemo } from "preact/hooks";
import type { ImageFilter } from "../api/batches.ts";
import { follow } from "../live/events.ts";
import { ImagePages } from "../live/image-pages.ts";

/** The images of a filter, loaded and kept true for as long as the component lives or the filter stays. */
export function useImagePages({ status, batchId }: ImageFilter, pageSize: number): ImagePages {
  const pages = useMemo(() => new ImagePages({ status, batchId }, pageSize), [status, batchId, pageSize]);
  useEffect(() => {
    void pages.refresh();
    const stop = follow((events) => pages.hear(events));
    return () => {
      stop();
      pages.close();
    };
  }, [pages]);
  return pages;
}
