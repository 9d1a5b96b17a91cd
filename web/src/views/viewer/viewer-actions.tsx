import { go } from "../../address.ts";
import { archiveUrl } from "../../api/batches.ts";
import { type Image, serviceUrl } from "../../api/call.ts";
import { lastList } from "../../live/last-list.ts";
import { ImageButtons } from "../../parts/image-buttons.tsx";
import { words } from "../../words.ts";

/** What a person can take of the image, and do with it. */
export function ViewerActions({ image, again }: { image: Image; again: () => void }) {
  const { original, batchId, status } = image;
  return (
    <div class="viewer-actions">
      {original && (
        <a class="button" href={serviceUrl(original.url)} download>
          {words.value.viewer.downloadOriginal}
        </a>
      )}
      {batchId && status === "done" && (
        <a class="button" href={archiveUrl(batchId)} download>
          {words.value.viewer.archive}
        </a>
      )}
      <ImageButtons image={image} lookAgain={again} onDeleted={() => go(lastList.peek().href)} />
    </div>
  );
}
