import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig, DatabaseError } from "pg";

/** A statement that is silent for this long makes us ask what its server knows of it. Milliseconds. */
const silenceMs = 1_000;
/**
 * Before this nothing is given up as lost: on a machine that is short of processors a server may be slow to read, and
 * slow to greet. Who has less patience than that is told by half a second before its end. Milliseconds.
 */
const surelyLostMs = 3_000;
const lastWordMs = 500;
/** How long a server may take to greet a new connection and to answer; the second where nobody stands and waits. */
const greeting = { promptMs: 800, patientMs: 3_000 };

/** What the server says of the connection on which a statement is silent. */
type Seen =
  /** There is no server. */
  | "away"
  /** It waits for the next statement, and has for a while: ours, or its answer, was lost on the way. */
  | "idle"
  /** It is behind somebody's lock. */
  | "locked"
  /** It is at work; or nothing is known of it, as behind a pooler, which gives connections numbers of its own. */
  | "busy";

interface Watched {
  /** As the server counts connections. */
  readonly pid: number | undefined;
  /** How long it may take, in milliseconds. */
  readonly deadlineMs: number;
  /** How long it may be behind a lock. */
  readonly lockedMs: number;
  /** Called once: the statement will have no answer. */
  readonly giveUp: () => void;
}

/**
 * Tells a slow statement from one whose server is gone without a word (a dead router, a frozen machine, an address
 * that moved) and from one that was lost while the server lives, because only the line was dead for a while. TCP
 * notices that after a quarter of an hour, and a short deadline would also cut off what is only slow, such as a
 * purge of many rows, again and again. So the server is asked by another connection.
 */
export class PostgresProbe {
  readonly #config: ClientConfig;
  #asking: Promise<ReadonlyMap<number, Seen> | "away"> | undefined;

  constructor(config: ClientConfig) {
    this.#config = {
      ...config,
      application_name: "pixmill-probe",
      connectionTimeoutMillis: greeting.patientMs,
      query_timeout: greeting.patientMs,
    };
  }

  /** The answer is to be called when the statement has its own; it tells how long that was behind a lock, if it was. */
  watch({ pid, deadlineMs, lockedMs, giveUp }: Watched): () => number {
    const startedAt = performance.now();
    let answered = false;
    let wasLocked = false;
    let timer = setTimeout(look, Math.min(silenceMs, lockedMs), this);
    async function look(probe: PostgresProbe): Promise<void> {
      const isOver = performance.now() - startedAt >= deadlineMs;
      const withinMs = Number.isFinite(lockedMs) ? greeting.promptMs : greeting.patientMs;
      const seen = isOver ? "away" : await probe.#see(pid, withinMs);
      if (answered) return;
      const waitedMs = performance.now() - startedAt;
      const isLost = seen === "away" || seen === "idle";
      if (isOver || (isLost && waitedMs >= Math.min(surelyLostMs, lockedMs - lastWordMs))) return giveUp();
      wasLocked ||= seen === "locked";
      const leftMs = lockedMs - waitedMs;
      if (seen === "locked" && leftMs <= 0 && pid !== undefined) await probe.#cancel(pid, waitedMs);
      if (!answered) timer = setTimeout(look, Math.min(silenceMs, leftMs > 0 ? leftMs : silenceMs), probe);
    }
    return () => {
      answered = true;
      clearTimeout(timer);
      return wasLocked ? performance.now() - startedAt : 0;
    };
  }

  /** One question at a time is enough for all that wait. */
  async #see(pid: number | undefined, withinMs: number): Promise<Seen> {
    this.#asking ??= this.#look().finally(() => {
      this.#asking = undefined;
    });
    const timer = new AbortController();
    const late = sleep(withinMs, "away" as const, { signal: timer.signal }).catch(() => "away" as const);
    const seen = await Promise.race([this.#asking, late]);
    timer.abort();
    return seen === "away" ? seen : (seen.get(pid ?? 0) ?? "busy");
  }

  async #look(): Promise<ReadonlyMap<number, Seen> | "away"> {
    try {
      const rows = await this.#ask<{ pid: number; seen: Seen }>(
        `select pid, case when wait_event_type = 'Lock' then 'locked'
                          when state like 'idle%' and clock_timestamp() - state_change > $1 * interval '1 ms'
                            then 'idle'
                          else 'busy' end as seen
         from pg_stat_activity where datname = current_database()`,
        [silenceMs],
      );
      return new Map(rows.map(({ pid, seen }) => [pid, seen]));
    } catch (error) {
      // "Too many connections" is an answer too.
      return error instanceof DatabaseError ? new Map() : "away";
    }
  }

  /** The statement fails with `query_canceled`, and so is known not to have happened; a later one is spared. */
  async #cancel(pid: number, waitedMs: number): Promise<void> {
    await this.#ask(
      `select pg_cancel_backend(pid) from pg_stat_activity
       where pid = $1 and wait_event_type = 'Lock' and clock_timestamp() - query_start > $2 * interval '1 ms'`,
      [pid, waitedMs / 2],
    ).catch(() => {}); // the next look tells what has become of it
  }

  async #ask<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const client = new Client(this.#config);
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.query(text, values)).rows as Row[];
    } finally {
      client.end().catch(() => {});
    }
  }
}
