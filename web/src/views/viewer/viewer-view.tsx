import "./viewer.css";
import { address } from "../../address.ts";
import { words } from "../../words.ts";
import { OneImage } from "./one-image.tsx";
import { Way } from "./way.tsx";

/** The one image that the address names, from all sides. */
export function ViewerView() {
  const id = address.value.parameters.get("image");
  if (!id) return <p class="hint">{words.value.imageList.none}</p>;
  return (
    <>
      <Way id={id} />
      <OneImage key={id} id={id} />
    </>
  );
}
