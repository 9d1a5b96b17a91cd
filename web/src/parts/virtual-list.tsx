import "./virtual-list.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface VirtualListProps<Item> {
  /** What it lists, for those who hear it. */
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** Pixels; every row has the same. */
  readonly rowHeight: number;
  readonly renderRow: (item: Item) => ComponentChildren;
}

/** Rows above and below those that are seen, so that a quick scroll meets no blank. */
const margin = 4;

/** A list that scrolls by itself and draws only the rows that are seen, so that thousands cost as much as twenty. */
export function VirtualList<Item>({ label, items, keyOf, rowHeight, renderRow }: VirtualListProps<Item>) {
  const box = useRef<HTMLElement>(null);
  const seen = useSignal({ top: 0, height: 0 });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      seen.value = { top: element.scrollTop, height: element.clientHeight };
    };
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const { top, height } = seen.value;
  const first = Math.max(Math.min(Math.floor(top / rowHeight) - margin, items.length - 1), 0);
  const end = Math.min(Math.ceil((top + height) / rowHeight) + margin, items.length);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section ref={box} class="virtual-list" tabIndex={0} aria-label={label}>
      <ul style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, end).map((item, offset) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + offset + 1}
            style={{ height: `${rowHeight}px`, transform: `translateY(${(first + offset) * rowHeight}px)` }}
          >
            {renderRow(item)}
          </li>
        ))}
      </ul>
    </section>
  );
}
