import "./choose-files.css";
import { useRef } from "preact/hooks";
import { imageList } from "../../live/image-list.ts";
import { loading, loadProblem } from "../../live/load.ts";
import { takeFiles } from "../../uploads/take-files.ts";
import { uploads } from "../../uploads/uploads.ts";
import { words } from "../../words.ts";

/** The way in: tall while there is nothing else to see, a strip above the work otherwise. */
export function ChooseFiles() {
  const input = useRef<HTMLInputElement>(null);
  const nothingYet =
    imageList.value.images.length + uploads.value.length === 0 && !loading.value && !loadProblem.value;

  const { label, leadTall, lead, hint, choose } = words.value.intake;
  return (
    <section class={nothingYet ? "intake intake-tall" : "intake"} aria-label={label}>
      <div>
        <p class="intake-lead">{nothingYet ? leadTall : lead}</p>
        <p class="hint">{hint}</p>
      </div>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        {choose}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*,.heic,.heif"
        multiple
        aria-label={choose}
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
