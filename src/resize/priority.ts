/** Smaller runs first. A person who waits for one picture goes before a batch that nobody watches file by file. */
export const singlePriority = 10;
export const batchPriority = 20;
