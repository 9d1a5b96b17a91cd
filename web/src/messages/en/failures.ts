const images = (number: number) => `${number.toLocaleString("en")} ${number === 1 ? "image" : "images"}`;

interface Reason {
  /** What happened, as one would tell a colleague. */
  readonly title: string;
  /** What helps. */
  readonly advice: string;
}

/** By error code (docs/errors.md). A code that is not here is told as `otherReason`. */
const reasons: Readonly<Record<string, Reason>> = {
  corrupt_image: {
    title: "The file is damaged",
    advice:
      "It ends too early or does not hold what it says. Send it again from its source; a retry seldom helps.",
  },
  unsupported_format: {
    title: "Not an image that is read here",
    advice: "The content decides, not the name. Save it as JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF.",
  },
  image_too_large: {
    title: "Too many pixels or frames",
    advice:
      "Make it smaller before sending it, or let the service take more: the limits stand in the settings.",
  },
  file_too_large: {
    title: "The file is too large",
    advice:
      "Make it smaller before sending it, or let the service take more: the limits stand in the settings.",
  },
  empty_file: {
    title: "The file is empty",
    advice: "There are no bytes in it. Send it again from its source.",
  },
  engine_crashed: {
    title: "The picture crashed the engine",
    advice: "It was tried twice, in a process of its own. One more try is harmless.",
  },
  engine_timeout: {
    title: "It took too long",
    advice: "The deadline passed. Try again when there is less to do, or ask for smaller results.",
  },
  out_of_memory: {
    title: "It needs more memory than there is",
    advice: "Try again when there is less to do, or give the workers more memory.",
  },
  source_unreachable: {
    title: "The address did not give the file",
    advice: "The other server did not answer, or not with the file. Try again once it does.",
  },
  source_forbidden: {
    title: "The address may not be asked",
    advice: "It leads inside a network, or to a host that is not allowed here.",
  },
  original_missing: {
    title: "The original is no longer there",
    advice: "It was removed from storage. Send the image again.",
  },
  storage_error: {
    title: "Storage could not be read or written",
    advice: "Once storage works again, a retry brings it through.",
  },
  storage_full: { title: "Storage is full", advice: "Make room, then try again." },
  internal_error: {
    title: "Something went wrong inside the service",
    advice: "Try again. If it stays, the log of the workers says more.",
  },
};

export const failures = {
  title: "Failures",
  none: "Nothing has failed.",
  everywhere: "Failures everywhere",
  more: "There are more, which failed earlier.",
  original: "Download the original",
  notKept: "original not kept",
  retryAll: (number: number) => `Retry all ${number.toLocaleString("en")}`,
  deleteAll: (number: number) => `Delete all ${number.toLocaleString("en")}`,
  retried: (number: number) => `${images(number)} tried again.`,
  deleted: (number: number) => `${images(number)} deleted.`,
  all: (number: number) => `Show all ${number.toLocaleString("en")}`,
  fewer: "Show fewer",
  reasons,
  otherReason: { title: "It failed", advice: "Try again. If it stays, the log of the workers says more." },
};
