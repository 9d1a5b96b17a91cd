import "./ledger.css";
import { type Image, serviceUrl, type Variant } from "../../api/call.ts";
import { formatBytes, formatSaving, formatSides } from "../../figures.ts";
import { absence } from "../../parts/absence.ts";
import { words } from "../../words.ts";

/** Before and after, line under line: sides and bytes of the original and of each variant. */
export function Ledger({ image }: { image: Image }) {
  const { original } = image;
  return (
    <ul class="ledger">
      {original && (
        <li class="ledger-first">
          <span class="ledger-name">{words.value.image.original}</span>
          <span class="figure">{formatSides(original)}</span>
          <span class="figure">{formatBytes(original.bytes)}</span>
          <SizeBar share={1} />
          <a
            href={serviceUrl(original.url)}
            download
            aria-label={words.value.image.downloadOriginal(image.filename)}
          >
            {words.value.actions.download}
          </a>
        </li>
      )}
      {image.variants.map((variant) => (
        <VariantLine key={variant.name} variant={variant} image={image} />
      ))}
    </ul>
  );
}

function VariantLine({ variant, image }: { variant: Variant; image: Image }) {
  if (variant.status !== "ready") {
    return (
      <li>
        <span class="ledger-name">{variant.name}</span>
        <span class="ledger-note">{absence(image, variant.error)}</span>
      </li>
    );
  }
  const before = image.original?.bytes;
  return (
    <li>
      <span class="ledger-name">{variant.name}</span>
      <span class="figure">{formatSides(variant)}</span>
      <span class="figure">{formatBytes(variant.bytes)}</span>
      {before ? (
        <SizeBar share={variant.bytes / before} note={formatSaving(before, variant.bytes)} />
      ) : (
        <span />
      )}
      <a
        href={downloadUrl(variant.url)}
        download
        aria-label={words.value.image.downloadVariant(variant.name, image.filename)}
      >
        {words.value.actions.download}
      </a>
    </li>
  );
}

function SizeBar({ share, note }: { share: number; note?: string | null }) {
  return (
    <span class="size-bar">
      <svg aria-hidden="true" width="100%" height="6">
        <rect width="100%" height="6" rx="3" class="size-bar-all" />
        <rect width={`${Math.max(Math.min(share, 1) * 100, 1)}%`} height="6" rx="3" class="size-bar-part" />
      </svg>
      {note && <span>{note}</span>}
    </span>
  );
}

function downloadUrl(path: string): string {
  return serviceUrl(`${path}${path.includes("?") ? "&" : "?"}download`);
}
