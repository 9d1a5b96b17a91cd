import { commitsStandStill } from "./postgres-errors.ts";

/** What changes nothing, and so waits for no standby. The end of a transaction is judged as its statements are. */
const changesNothing = /^\s*(select|begin|rollback)\b/i;

/**
 * Commits that wait for the server's disk or a standby and that nobody waits for any more. They can be neither called
 * off (the server would say that they were done) nor forgotten: a connection that is closed while its commit waits
 * stays in the server, and one after the other would take all that it has. So each keeps its connection until it is
 * answered, and while one stands no other is begun.
 */
export class StandingCommits {
  readonly #giveUps = new Set<() => void>();
  readonly #onChange: (count: number) => void;

  /** `onChange` hears how many there are. */
  constructor(onChange: (count: number) => void) {
    this.#onChange = onChange;
  }

  /** `giveUp` closes its connection. */
  stands(giveUp: () => void): void {
    this.#giveUps.add(giveUp);
    this.#onChange(this.#giveUps.size);
  }

  /** It was answered, or its connection is lost. */
  ended(giveUp: () => void): void {
    if (this.#giveUps.delete(giveUp)) this.#onChange(this.#giveUps.size);
  }

  /** Throws `overloaded`, and so says that nothing happened, when what would be written could only stand as well. */
  check(text: string): void {
    if (this.#giveUps.size > 0 && !changesNothing.test(text)) throw commitsStandStill();
  }

  /** Nobody will hear of them: they come about all the same when they can. */
  giveUp(): void {
    for (const giveUp of this.#giveUps) giveUp();
  }
}
