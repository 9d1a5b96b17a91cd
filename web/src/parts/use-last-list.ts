import { useEffect, useRef } from "preact/hooks";
import { leftAt, rememberList } from "../live/last-list.ts";

/** Makes a list the one that the viewer leads back to. Who comes back finds it where it was left. */
export function useLastList(idsOf: () => readonly string[]): void {
  const latest = useRef(idsOf);
  latest.current = idsOf;
  useEffect(() => {
    const top = leftAt();
    if (top > 0) requestAnimationFrame(() => scrollTo(0, top));
    return rememberList(() => latest.current());
  }, []);
}
