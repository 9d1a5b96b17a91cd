/** What the server says of the connection on which a statement is silent. */
export type Seen =
  /** There is no server. */
  | "away"
  /** It waits for the next statement, and has for a while: ours, or its answer, was lost on the way. */
  | "idle"
  /** It answers, but has no connection left to ask on. */
  | "full"
  /** It is behind somebody's lock. */
  | "locked"
  /** What it has written waits for the server's disk, or for a standby to have it too. */
  | "committing"
  /** It is at work; or nothing is known of it, as behind a pooler, which gives connections numbers of its own. */
  | "busy";

/** For how long a statement is known not to come forward: until one look after the other. */
export class Stillness {
  seen: Seen = "busy";
  readonly #commits: boolean;
  #stoodMs = 0;
  #lookedAtMs = 0;

  constructor(commits: boolean) {
    this.#commits = commits;
  }

  /** A server that cannot be asked is as it was when last it could. */
  saw(seen: Seen, atMs: number): void {
    if (seen !== "full" || this.#lookedAtMs === 0) this.seen = seen;
    this.#stoodMs = this.forMs(atMs);
    this.#lookedAtMs = atMs;
  }

  get isLost(): boolean {
    return this.seen === "away" || this.seen === "idle";
  }

  get isCommit(): boolean {
    return this.seen === "committing" && this.#commits;
  }

  get isStill(): boolean {
    return this.isLost || this.isCommit || this.seen === "locked" || this.seen === "full";
  }

  forMs(atMs: number): number {
    return this.#stoodMs + (this.isStill ? atMs - this.#lookedAtMs : 0);
  }
}
