const images = (number: number) => `${number.toLocaleString("en")} ${number === 1 ? "image" : "images"}`;

export const batches = {
  title: "Batches",
  none: "There are no batches. Several files that are sent together make one.",
  one: "One batch",
  all: "All batches",
  name: (time: string) => `Batch of ${time}`,
  statuses: { open: "Open", running: "Running", done: "Done", cancelled: "Cancelled" },
  progress: "Progress of the batch",
  ended: (ended: number, total: number) => `${ended.toLocaleString("en")} of ${images(total)} ended`,
  endedSoFar: (ended: number, total: number) =>
    `${ended.toLocaleString("en")} of ${images(total)} that came so far ended`,
  moreMayCome: "More images may come",
  failed: (number: number) => `${number.toLocaleString("en")} failed`,
  preset: (name: string) => `preset ${name}`,
  leftUnknown: "Too early to say how long it takes",
  stalled: (duration: string) => `Nothing has ended for ${duration}`,
  leftAbout: (duration: string) => `About ${duration} left`,
  leftBetween: (from: string, to: string) => `${from} to ${to} left`,
  isDone: (done: number, failed: number) =>
    `The batch is done: ${images(done)} made${failed > 0 ? `, ${failed} failed` : ""}.`,
  archive: "Download all as ZIP",
  retryFailed: (number: number) => `Retry failed (${number.toLocaleString("en")})`,
  seeFailures: "See what failed, and why",
  close: "Close to new images",
  cancel: "Cancel",
  cancelQuestion: (number: number) =>
    number > 0
      ? `Cancel ${images(number)} that are not ended?`
      : "Cancel the batch? It will take no more images.",
  deleteQuestion: (number: number) => `Delete the batch and its ${images(number)} for good?`,
  deleted: "The batch is deleted.",
};
