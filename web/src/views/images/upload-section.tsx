import "./upload-section.css";
import { VirtualList } from "../../parts/virtual-list.tsx";
import { uploadFacts } from "../../uploads/upload-list.ts";
import { words } from "../../words.ts";
import { Interrupted } from "./interrupted.tsx";
import { PendingRow, pendingRowHeight } from "./pending-row.tsx";
import { SendingControls } from "./sending-controls.tsx";
import { UploadProblems } from "./upload-problems.tsx";

/** Files on their way, those that did not get through, and those that are asked for again. */
export function UploadSection() {
  const { pending } = uploadFacts.value;
  return (
    <>
      <Interrupted />
      {pending.length > 0 && (
        <section class="sending" aria-labelledby="uploads-title">
          <SendingControls />
          <VirtualList
            label={words.value.uploads.list}
            items={pending}
            keyOf={(upload) => upload.id}
            rowHeight={pendingRowHeight}
            renderRow={(upload) => (
              <PendingRow upload={upload} isSending={upload.state === "sending"} sent={upload.sent} />
            )}
          />
        </section>
      )}
      <UploadProblems />
    </>
  );
}
