export const workers = {
  title: "Workers",
  none: "No worker runs. Images wait until one is started.",
  waiting: "Images waiting",
  throughput: "Images ended in the last minute",
  oldest: (duration: string) => `the oldest for ${duration}`,
  active: (number: number) => `${number} in work now`,
  chart: (title: string, now: string, most: string) =>
    `${title}: ${now} now, at most ${most} while this was open`,
  lastMinutes: (minutes: number) => (minutes === 1 ? "last minute" : `last ${minutes} minutes`),
  slots: (number: number) => `Engine processes: ${number}`,
  idle: "idle",
  beside: (number: number) => `and ${number} being fetched`,
  rate: "Per minute",
  done: "Done",
  failed: "Failed",
  share: "Share, last 5 min",
};
