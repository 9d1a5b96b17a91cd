import { afterAll, describe, expect, it } from "vitest";
import { requireFleet } from "../support/fleet.ts";
import { Player } from "./play.ts";
import { scenarios } from "./scenario-table.ts";

/** Times are scaled for a test run; `npm run chaos:report -- --long` plays them as they are meant. */
describe.runIf(requireFleet())("a fleet that is broken on purpose loses nothing when", () => {
  const player = new Player();
  afterAll(() => player.close());

  for (const scenario of scenarios) {
    it(scenario.name, { timeout: 300_000 }, async (context) => {
      const { result, figure } = await player.play(scenario);
      if (result === "skipped") {
        console.warn(`\nSKIPPED: ${scenario.name}: ${figure}\n`);
        context.skip(figure);
      }
      expect(result, figure).toBe("passed");
    });
  }
});
