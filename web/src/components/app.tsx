import { locked } from "../api.ts";
import { ChooseFiles } from "./choose-files.tsx";
import { ConnectionNotice } from "./connection-notice.tsx";
import { DropTarget } from "./drop-target.tsx";
import { ImageSection } from "./image-section.tsx";
import { KeyForm } from "./key-form.tsx";
import { LiveRegion } from "./live-region.tsx";
import { Masthead } from "./masthead.tsx";
import { UploadSection } from "./upload-section.tsx";

export function App() {
  return (
    <>
      {!locked.value && <DropTarget />}
      <Masthead />
      <main>
        <ConnectionNotice />
        {locked.value ? <KeyForm /> : <ChooseFiles />}
        <UploadSection />
        {!locked.value && <ImageSection />}
      </main>
      <LiveRegion />
    </>
  );
}
