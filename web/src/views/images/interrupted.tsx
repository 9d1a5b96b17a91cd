import { giveUpInterrupted, interrupted, missing } from "../../uploads/resume.ts";
import { words } from "../../words.ts";
import { FileButton } from "./file-button.tsx";

/** Asks for the files that were not sent when the page was closed. Browsers do not open them again by themselves. */
export function Interrupted() {
  if (interrupted.value.length === 0) return null;
  const all = interrupted.value.reduce((sum, { files }) => sum + files.size, 0);
  const unsent = interrupted.value.reduce((sum, kept) => sum + missing(kept).length, 0);
  const { title, again, forget } = words.value.interrupted;
  const { choose, chooseFolder } = words.value.intake;
  return (
    <section class="interrupted" aria-labelledby="interrupted-title">
      <h2 id="interrupted-title">{title(unsent, all)}</h2>
      <p>{again}</p>
      <div class="intake-ways">
        <FileButton label={choose} multiple />
        <FileButton label={chooseFolder} webkitdirectory />
        <button type="button" onClick={() => giveUpInterrupted()}>
          {forget}
        </button>
      </div>
    </section>
  );
}
