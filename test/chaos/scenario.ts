import type { Arena } from "./arena.ts";

/** A scenario that cannot be played on this machine, and why. */
export class NotPlayed extends Error {}

/** One way of breaking a running fleet, and what was measured while it was broken. */
export interface Scenario {
  /** The row of the list of faults that it proves. */
  readonly row: string;
  /** What happens, as a sentence. */
  readonly name: string;
  /** Mounting a small disk and the like: said loudly where it cannot be done. */
  readonly needsRoot?: true;
  /** The fleet's storage must lie on a small disk of its own. */
  readonly needsDisk?: true;
  /** On a fleet whose originals and results lie in S3. */
  readonly inS3?: true;
  /** Too long for every test run: `npm run chaos:report` has it. */
  readonly onlyLong?: true;
  /** Breaks, heals and checks. Resolves to the figure; rejects with what was not as it must be. */
  play(arena: Arena): Promise<string>;
}
