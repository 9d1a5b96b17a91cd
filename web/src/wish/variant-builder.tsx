import "./variant-builder.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { maxVariants } from "../../../src/image/variant-bounds.ts";
import { words } from "../words.ts";
import { FramePicture } from "./frame-picture.tsx";
import { VariantFields } from "./variant-fields.tsx";
import { addVariant, ownVariants, removeVariant } from "./wish.ts";

/** Variants of one's own: one of them is edited, with its frame on a picture beside it. */
export function VariantBuilder() {
  const selected = useSignal(0);
  const names = useRef<HTMLDivElement>(null);
  const list = ownVariants.value;
  const index = Math.min(selected.value, list.length - 1);
  const variant = list[index];
  const { variants, add, remove } = words.value.wish;
  if (!variant) return null;
  const removeSelected = () => {
    // The one that is edited next takes the focus: this button may go with the last but one.
    const buttons = names.current?.querySelectorAll<HTMLElement>("[aria-pressed]");
    buttons?.[index === list.length - 1 ? index - 1 : index + 1]?.focus();
    removeVariant(index);
  };
  return (
    <section class="builder" aria-label={variants}>
      <div class="builder-list" ref={names}>
        {list.map(({ name }, at) => (
          <button
            key={name}
            type="button"
            class="small"
            aria-pressed={at === index}
            onClick={() => {
              selected.value = at;
            }}
          >
            {name}
          </button>
        ))}
        <button
          type="button"
          class="small"
          disabled={list.length >= maxVariants}
          onClick={() => {
            addVariant();
            selected.value = list.length;
          }}
        >
          {add}
        </button>
        {list.length > 1 && (
          <button type="button" class="small builder-remove" onClick={removeSelected}>
            {remove(variant.name)}
          </button>
        )}
      </div>
      {/* What was typed stays in a field: after a removal another variant has the same index. */}
      <VariantFields key={`${index} of ${list.length}`} variant={variant} index={index} />
      <FramePicture variant={variant} index={index} />
    </section>
  );
}
