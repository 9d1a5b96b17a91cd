import { bounds, type CampaignReport } from "./campaign.ts";

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;

/** What came of a campaign, as lines for a terminal. */
export function reportText({
  files,
  tally,
  faults,
  enginePeak,
  parentGrowth,
  seconds,
}: CampaignReport): string {
  const rows = [...tally].toSorted(([a], [b]) => a.localeCompare(b));
  return [
    ...rows.map(([what, times]) => `${String(times).padStart(7)}  ${what}`),
    `${files} files in ${seconds.toFixed(0)} s`,
    `largest engine process ${megabytes(enginePeak)} (at most ${megabytes(bounds.enginePeak)})`,
    `growth of the service ${megabytes(parentGrowth)} (at most ${megabytes(bounds.parentGrowth)})`,
    ...faults.map((fault) => `WRONG: ${fault}`),
  ].join("\n");
}
