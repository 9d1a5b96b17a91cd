import "./viewer.css";
import { address } from "../../address.ts";
import { words } from "../../words.ts";
import { OneImage } from "./one-image.tsx";

/** The one image that the address names, from all sides. */
export function ViewerView() {
  const id = address.value.parameters.get("image");
  return id ? <OneImage key={id} id={id} /> : <p class="hint">{words.value.imageList.none}</p>;
}
