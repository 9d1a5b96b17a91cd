import "./variant-builder.css";
import { useSignal } from "@preact/signals";
import { maxVariants } from "../../../src/image/variant-bounds.ts";
import { words } from "../words.ts";
import { FramePicture } from "./frame-picture.tsx";
import { VariantFields } from "./variant-fields.tsx";
import { addVariant, ownVariants, removeVariant } from "./wish.ts";

/** Variants of one's own: one of them is edited, with its frame on a picture beside it. */
export function VariantBuilder() {
  const selected = useSignal(0);
  const list = ownVariants.value;
  const index = Math.min(selected.value, list.length - 1);
  const variant = list[index];
  const { variants, add, remove } = words.value.wish;
  if (!variant) return null;
  return (
    <section class="builder" aria-label={variants}>
      <div class="builder-list">
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
          <button type="button" class="small builder-remove" onClick={() => removeVariant(index)}>
            {remove(variant.name)}
          </button>
        )}
      </div>
      <VariantFields key={index} variant={variant} index={index} />
      <FramePicture variant={variant} index={index} />
    </section>
  );
}
