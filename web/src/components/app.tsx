import { ChooseFiles } from "./choose-files.tsx";
import { ConnectionNotice } from "./connection-notice.tsx";
import { DropTarget } from "./drop-target.tsx";
import { ImageSection } from "./image-section.tsx";
import { LiveRegion } from "./live-region.tsx";
import { Masthead } from "./masthead.tsx";
import { UploadSection } from "./upload-section.tsx";

export function App() {
  return (
    <>
      <DropTarget />
      <Masthead />
      <main>
        <ConnectionNotice />
        <ChooseFiles />
        <UploadSection />
        <ImageSection />
      </main>
      <LiveRegion />
    </>
  );
}
