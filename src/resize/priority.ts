/** Smaller runs first. A person who waits for one picture goes before a batch that nobody watches file by file. */
export const singlePriority = 10;
export const batchPriority = 20;
/** Added for the costly variants of an image: behind the cheap ones of its kind, before those of the next. */
export const laterPhase = 5;
