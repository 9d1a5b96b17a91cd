import { corrupt, type HeaderBytes } from "./header-bytes.ts";

/** A box of an ISO media file (ISO/IEC 14496-12, 4.2) without its header. */
export interface Box {
  readonly type: string;
  readonly body: DataView;
}

const maxBoxes = 4_096;
const maxTopLevelBoxes = 256;

const boxType = (view: DataView, at: number) =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));

/** The boxes in `view` from `start` on. A box that does not fit is `corrupt_image`. */
export function* boxes(view: DataView, start = 0): Generator<Box> {
  let at = start;
  for (let count = 0; at + 8 <= view.byteLength; count++) {
    const length = view.getUint32(at) || view.byteLength - at;
    if (length < 8 || at + length > view.byteLength || count >= maxBoxes) {
      throw corrupt("The boxes of the picture are damaged.");
    }
    yield {
      type: boxType(view, at + 4),
      body: new DataView(view.buffer, view.byteOffset + at + 8, length - 8),
    };
    at += length;
  }
}

/** Where the body of the first box of that type lies in the file; the pixels may come before it. */
export async function topLevelBox(bytes: HeaderBytes, type: string) {
  let position = 0;
  for (let count = 0; count < maxTopLevelBoxes; count++) {
    const header = await bytes.view(position, 8);
    let headerLength = 8;
    let length = header.getUint32(0);
    const found = boxType(header, 4) === type;
    if (length === 1) {
      headerLength = 16;
      length = Number((await bytes.view(position + 8, 8)).getBigUint64(0));
    } else if (length === 0) {
      // To the end of the file.
      length = bytes.size - position;
    }
    if (length < headerLength) throw corrupt("The boxes of the picture are damaged.");
    if (found) return { position: position + headerLength, length: length - headerLength };
    position += length;
  }
  throw corrupt(`The picture has no "${type}" box.`);
}
