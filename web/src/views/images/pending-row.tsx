import { formatBytes } from "../../figures.ts";
import type { Upload } from "../../uploads/upload.ts";
import { cancelUpload } from "../../uploads/upload-actions.ts";
import { words } from "../../words.ts";

/** Pixels. */
export const pendingRowHeight = 44;

interface PendingRowProps {
  readonly upload: Upload;
  /** What changes in it: it is drawn again for other values, not for the same object. */
  readonly isSending: boolean;
  /** Bytes. */
  readonly sent: number;
}

/** One file that is sent, or waits for its turn. */
export function PendingRow({ upload, isSending, sent }: PendingRowProps) {
  const { name, size } = upload;
  const { actions, uploads: sentences } = words.value;
  return (
    <div class="pending-row">
      <span class="pending-name" title={name}>
        {name}
      </span>
      {isSending ? (
        <progress max={size} value={sent} aria-label={sentences.sentOf(name)} />
      ) : (
        <span class="hint">{sentences.waits}</span>
      )}
      <span class="hint figure">{formatBytes(size)}</span>
      <button
        type="button"
        class="pending-cancel"
        onClick={() => cancelUpload(upload)}
        aria-label={actions.on(actions.cancel, name)}
        title={actions.cancel}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  );
}
