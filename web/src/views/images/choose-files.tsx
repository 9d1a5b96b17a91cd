import "./choose-files.css";
import { shownImages } from "../../live/shown-images.ts";
import { uploadFacts } from "../../uploads/upload-list.ts";
import { words } from "../../words.ts";
import { FileButton } from "./file-button.tsx";
import { GiveAddress } from "./give-address.tsx";

/** The ways in: tall while there is nothing else to see, a strip above the work otherwise. */
export function ChooseFiles() {
  const { pending, problems } = uploadFacts.value;
  const { images, loading, trouble } = shownImages.value;
  const nothingYet =
    images.value.length + pending.length + problems.length === 0 && !loading.value && !trouble.value;
  const { label, leadTall, lead, hint, choose, chooseFolder, takePhoto } = words.value.intake;

  return (
    <section class={nothingYet ? "intake intake-tall" : "intake"} aria-label={label}>
      <div>
        <p class="intake-lead">{nothingYet ? leadTall : lead}</p>
        <p class="hint">{hint}</p>
      </div>
      <div class="intake-ways">
        <FileButton class="primary" label={choose} multiple accept="image/*,.heic,.heif" />
        <FileButton label={chooseFolder} webkitdirectory />
        <FileButton class="intake-camera" label={takePhoto} accept="image/*" capture="environment" />
      </div>
      <GiveAddress />
    </section>
  );
}
