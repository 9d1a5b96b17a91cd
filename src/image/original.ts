import type { Format } from "./format.ts";

/** What the header of a file says about the picture, before a pixel is decoded. */
export interface ImageHeader {
  readonly format: Format;
  /** Pixels, as the picture is seen: EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  /** 1 for a still picture. */
  readonly frames: number;
  /** Interlaced PNG or progressive JPEG: the decoder holds the whole picture at once. */
  readonly progressive: boolean;
  /** A JPEG of several pictures: one of them may be an HDR gain map, and then it is read and decoded whole. */
  readonly multiPicture?: true;
  /** Width × height that the decoder makes where a HEIF file shows only a part of it. */
  readonly decodedPixels?: number;
}

/** The file that was uploaded, as it lies in storage. */
export interface Original extends ImageHeader {
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex of the content, taken while it came in. */
  readonly sha256: string;
}
