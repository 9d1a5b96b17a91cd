import type { Image, ImageStatus } from "../api.ts";
import { ImageActions } from "./image-actions.tsx";
import { Ledger } from "./ledger.tsx";
import { Picture } from "./picture.tsx";

const labels = {
  queued: "Queued",
  processing: "Processing",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
} as const satisfies Record<ImageStatus, string>;

export function ImageRow({ image }: { image: Image }) {
  const reason = image.error?.message;
  return (
    <li class="row image-row">
      <Picture image={image} />
      <div class="row-head">
        <h3 class="name">{image.filename}</h3>
        <span class={`state state-${image.status}`}>{labels[image.status]}</span>
      </div>
      <ImageActions image={image} />
      <div class="row-body">
        {image.status === "failed" && reason && <p class="reason">{reason}</p>}
        <Ledger image={image} />
      </div>
    </li>
  );
}
