import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import factory from "libheif-js/libheif-wasm/libheif.js";

/** A place in the memory of the library. */
type Pointer = number;

/**
 * What is used of libheif (https://github.com/strukturag/libheif, `heif.h`) in libheif-js: the functions of C,
 * because those made for JavaScript cannot ask for strict decoding. A function that answers with a `heif_error`
 * gets the place for it as its first argument.
 */
interface Libheif {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): Pointer;
  _heif_context_alloc(): Pointer;
  _heif_context_read_from_memory_without_copy(
    error: Pointer,
    context: Pointer,
    file: Pointer,
    bytes: number,
    options: Pointer,
  ): void;
  _heif_context_get_primary_image_handle(error: Pointer, context: Pointer, handle: Pointer): void;
  _heif_image_handle_has_alpha_channel(handle: Pointer): number;
  _heif_decoding_options_alloc(): Pointer;
  _heif_decode_image(
    error: Pointer,
    handle: Pointer,
    image: Pointer,
    colourSpace: number,
    chroma: number,
    options: Pointer,
  ): void;
  _heif_image_get_width(image: Pointer, channel: number): number;
  _heif_image_get_height(image: Pointer, channel: number): number;
  _heif_image_get_plane_readonly(image: Pointer, channel: number, stride: Pointer): Pointer;
}

/** Enumerations of `heif.h`. */
const none = 0;
const rgb = 1;
const interleavedRgb = 10;
const interleavedRgba = 11;
const interleaved = 10;
/** Places of two bytes in `heif_decoding_options`. */
const convertTo8Bits = 20;
const strictDecoding = 21;

/** Codes of a `heif_error` that are told apart. */
export const heifErrors = { unsupportedFiletype: 3, unsupportedFeature: 4, memoryAllocation: 6 } as const;

/** The library says why it cannot: one of its numbers, as its sentences quote the file. */
export class HeifError extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`libheif refused with ${code}`);
    this.code = code;
  }
}

export interface DecodedHeif {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly stride: number;
  /** A view into the memory of the library. */
  readonly data: Uint8Array;
}

/**
 * The primary picture of a HEIF file, turned and cut as the file says, 8 bits a channel, in its own colours, with a
 * fresh library (it takes some 50 ms). Nothing is given back: it goes with the thread.
 *
 * Strict: a tile that cannot be decoded fails the picture, which would else come out with a hole.
 *
 * Throws `HeifError`, or whatever WebAssembly throws in the middle of a damaged file.
 */
export function decodeHeif(file: Uint8Array): DecodedHeif {
  const library = loadLibheif();
  const error = library._malloc(12);
  const slot = library._malloc(4);
  const memory = () => new DataView(library.HEAPU8.buffer);
  const read = () => memory().getUint32(slot, true);
  const unlessError = () => {
    const code = memory().getInt32(error, true);
    if (code !== 0) throw new HeifError(code);
  };

  const bytes = library._malloc(file.length);
  if (bytes === 0) throw new HeifError(heifErrors.memoryAllocation);
  library.HEAPU8.set(file, bytes);
  const context = library._heif_context_alloc();
  library._heif_context_read_from_memory_without_copy(error, context, bytes, file.length, none);
  unlessError();
  library._heif_context_get_primary_image_handle(error, context, slot);
  unlessError();
  const handle = read();
  const hasAlpha = library._heif_image_handle_has_alpha_channel(handle) !== 0;
  const options = library._heif_decoding_options_alloc();
  memory().setUint8(options + convertTo8Bits, 1);
  memory().setUint8(options + strictDecoding, 1);
  const chroma = hasAlpha ? interleavedRgba : interleavedRgb;
  library._heif_decode_image(error, handle, slot, rgb, chroma, options);
  unlessError();
  const image = read();
  const width = library._heif_image_get_width(image, interleaved);
  const height = library._heif_image_get_height(image, interleaved);
  const plane = library._heif_image_get_plane_readonly(image, interleaved, slot);
  const stride = read();
  const data = library.HEAPU8.subarray(plane, plane + stride * height);
  return { width, height, channels: hasAlpha ? 4 : 3, stride, data };
}

function loadLibheif(): Libheif {
  const path = fileURLToPath(import.meta.resolve("libheif-js/libheif-wasm/libheif.wasm"));
  // The package's own types describe another kind of module than its file is.
  const load = factory as unknown as (options: object) => Libheif;
  // Unsaid, it prints to the console what it thinks of a file.
  return load({ wasmBinary: readFileSync(path), print: () => {}, printErr: () => {} });
}
