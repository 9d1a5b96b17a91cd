import { WishBar } from "../../wish/wish-bar.tsx";
import { ChooseFiles } from "./choose-files.tsx";
import { ImageSection } from "./image-section.tsx";
import { UploadSection } from "./upload-section.tsx";

/** Give images, and see what became of them. */
export function ImagesView() {
  return (
    <>
      <ChooseFiles />
      <WishBar />
      <UploadSection />
      <ImageSection />
    </>
  );
}
