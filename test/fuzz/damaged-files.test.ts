import { describe, expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";
import { damagedFiles, kinds } from "./damaged-files.ts";
import { reportText } from "./report.ts";

const seed = 1;

describe("damaged pictures", () => {
  it("are the same for the same seed and index, and others for other ones", async () => {
    const [make, again, other] = await Promise.all([damagedFiles(seed), damagedFiles(seed), damagedFiles(2)]);
    const indices = Array.from({ length: 300 }, (_, index) => index);
    expect(indices.map(again)).toEqual(indices.map(make));
    const alike = indices.filter((index) => other(index).content.equals(make(index).content));
    expect(alike.length).toBeLessThan(5);
    const met = new Set(Array.from({ length: 2_000 }, (_, index) => make(index).kind));
    expect(met).toEqual(new Set(kinds.map(({ name }) => name)));
  });

  it("invariants 6 and 9: 2,000 of them end with a stated code, and leave nothing behind", async () => {
    const report = await runCampaign({ seed, count: 2_000 });
    console.log(reportText(report));
    expect(report.faults).toEqual([]);
    // Damage that stops everything at the door, or nothing anywhere, would show nothing.
    for (const end of ["refused", "failed", "done"]) {
      const met = [...report.tally].filter(([what]) => what.includes(` ${end}`));
      expect(met.reduce((sum, [, times]) => sum + times, 0)).toBeGreaterThan(200);
    }
  }, 600_000);
});
