import { type ErrorCode, PixmillError } from "../../errors.ts";

const unrecognised = /unsupported image format/i;

/** Whether no loader of libvips took the file for its own. */
export const isUnrecognised = (error: unknown) => error instanceof Error && unrecognised.test(error.message);

/** libvips and sharp throw plain errors without codes: their words are all there is. First match wins. */
const nativeWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [/exceeds pixel limit/i, "image_too_large"],
  [unrecognised, "unsupported_format"],
  // TIFF in 8-bit Lab, which libvips 8.18 cannot open.
  [/bad labq format/i, "unsupported_format"],
  [
    /out of memory|failed to allocate|(?:unable|cannot|could not) (?:to )?allocate|bad_alloc/i,
    "out_of_memory",
  ],
  [/input file is missing/i, "original_missing"],
  // The file is there, and cannot be read: permissions, too many open files.
  [/unable to open for read/i, "storage_error"],
  // sharp's own check of its arguments: our mistake, not the picture's.
  [/^expected /i, "internal_error"],
];

/** The code of whatever was thrown while a picture was worked on. The message stays behind: it may name paths. */
export function faultCode(error: unknown): ErrorCode {
  if (error instanceof PixmillError) return error.code;
  if (!(error instanceof Error)) return "internal_error";
  if (error instanceof TypeError || error instanceof ReferenceError) return "internal_error";
  if ("syscall" in error) return storageFault(error);
  const known = nativeWords.find(([words]) => words.test(error.message));
  return known?.[1] ?? "corrupt_image";
}

/** Writing the results failed, in the file system's own words. */
function storageFault(error: Error): ErrorCode {
  const code = "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" ? "storage_full" : "storage_error";
}
