import "./image-row.css";
import { hrefOf } from "../../address.ts";
import type { Image } from "../../api/call.ts";
import { shownImages } from "../../live/shown-images.ts";
import { FailureReason } from "../../parts/failure-reason.tsx";
import { ImageButtons } from "../../parts/image-buttons.tsx";
import { words } from "../../words.ts";
import { Ledger } from "./ledger.tsx";
import { Picture } from "./picture.tsx";

export function ImageRow({ image }: { image: Image }) {
  return (
    <li class="row image-row">
      <Picture image={image} />
      <div class="row-head">
        <h3 class="name">
          <a href={hrefOf("viewer", { image: image.id })}>{image.filename}</a>
        </h3>
        <span class={`state state-${image.status}`}>{words.value.image.states[image.status]}</span>
      </div>
      <div class="actions">
        <ImageButtons
          image={image}
          lookAgain={() => void shownImages.peek().lookAt(image.id)}
          onDeleted={() => document.getElementById("images-title")?.focus()}
        />
      </div>
      <div class="row-body">
        {image.status === "failed" && image.error && <FailureReason error={image.error} />}
        <Ledger image={image} />
      </div>
    </li>
  );
}
