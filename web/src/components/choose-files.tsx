import { useRef } from "preact/hooks";
import { imageList } from "../image-list.ts";
import { loading, loadProblem } from "../load.ts";
import { takeFiles } from "../take-files.ts";
import { uploads } from "../uploads.ts";

/** The way in: tall while there is nothing else to see, a strip above the work otherwise. */
export function ChooseFiles() {
  const input = useRef<HTMLInputElement>(null);
  const nothingYet =
    imageList.value.images.length + uploads.value.length === 0 && !loading.value && !loadProblem.value;

  return (
    <section class={nothingYet ? "intake intake-tall" : "intake"} aria-label="Send images">
      <div>
        <p class="intake-lead">{nothingYet ? "Drop images anywhere on this page" : "Drop images anywhere"}</p>
        <p class="hint">or paste one. JPEG, PNG, WebP, GIF, AVIF, HEIC and TIFF.</p>
      </div>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        Choose images
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*,.heic,.heif"
        multiple
        hidden
        onChange={(event) => {
          takeFiles(event.currentTarget.files ?? []);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </section>
  );
}
