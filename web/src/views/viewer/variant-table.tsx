import { type Image, type ReadyVariant, serviceUrl } from "../../api/call.ts";
import { formatBytes, formatSaving, formatSides } from "../../figures.ts";
import { absence } from "../../parts/absence.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { words } from "../../words.ts";

interface VariantTableProps {
  readonly image: Image;
  /** The variant that is compared with the original now. */
  readonly compared: string | null;
  readonly onCompare: (name: string) => void;
}

/** Every variant with its size, what it saves, and ways to take it along. */
export function VariantTable({ image, compared, onCompare }: VariantTableProps) {
  const say = words.value.viewer;
  return (
    <section aria-labelledby="variants-title">
      <h3 id="variants-title">{say.variants}</h3>
      <ul class="variants">
        {image.variants.map((variant) =>
          variant.status === "ready" ? (
            <ReadyLine
              key={variant.name}
              image={image}
              variant={variant}
              isCompared={variant.name === compared}
              onCompare={onCompare}
            />
          ) : (
            <li key={variant.name} class="variant">
              <strong class="variant-name">{variant.name}</strong>
              <span class={variant.status === "failed" ? "reason" : "hint"}>
                {absence(image, variant.error)}
              </span>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

interface ReadyLineProps extends Pick<VariantTableProps, "image" | "onCompare"> {
  readonly variant: ReadyVariant;
  readonly isCompared: boolean;
}

function ReadyLine({ image, variant, isCompared, onCompare }: ReadyLineProps) {
  const say = words.value.viewer;
  const { actions } = words.value;
  const { name, format, bytes } = variant;
  const url = serviceUrl(variant.url);
  const saving = image.original && formatSaving(image.original.bytes, bytes);
  return (
    <li class="variant">
      <strong class="variant-name">{name}</strong>
      <span class="variant-facts">
        <span>{format.toUpperCase()}</span>
        <span>{formatSides(variant)}</span>
        <span>{formatBytes(bytes)}</span>
        {saving && <span>{saving}</span>}
      </span>
      <span class="variant-actions">
        <button
          type="button"
          aria-pressed={isCompared}
          aria-label={actions.on(say.compare, name)}
          onClick={() => onCompare(name)}
        >
          {say.compare}
        </button>
        <CopyButton label={say.copyLink} subject={name} text={url} />
        <a
          class="button"
          href={`${url}${url.includes("?") ? "&" : "?"}download`}
          download
          aria-label={words.value.image.downloadVariant(name, image.filename)}
        >
          {actions.download}
        </a>
      </span>
    </li>
  );
}
