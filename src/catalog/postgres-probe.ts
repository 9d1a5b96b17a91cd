import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig, DatabaseError } from "pg";
import { type Seen, Stillness } from "./stillness.ts";

/** A statement that is silent for this long makes us ask what its server knows of it. Milliseconds. */
const silenceMs = 1_000;
/**
 * Before this nothing is given up as lost: on a machine that is short of processors a server may be slow to read, and
 * slow to greet. Who has less patience than that is told in the last half second of it. Milliseconds.
 */
const surelyLostMs = 3_000;
const lastWordMs = 500;
/** After its patience who asked waits at most so long for the end of what was cancelled. Milliseconds. */
const graceMs = 500;
/** No statement makes us ask before this. Milliseconds. */
const soonestMs = 100;
/** How often one that nobody waits for any more is looked at. Milliseconds. */
const leftBehindMs = 5_000;
/** How long a server may take to greet a new connection and to answer; the second where nobody stands and waits. */
const greeting = { promptMs: 800, patientMs: 3_000 };

interface Watched {
  /** As the server counts connections. */
  readonly pid: number | undefined;
  /** How long it may take, in milliseconds. */
  readonly deadlineMs: number;
  /** How long who asked waits for a statement that is not at work. `Infinity`: nobody stands and waits. */
  readonly patienceMs: number;
  /** Whether it ends with a commit: what only writes on the way to one is at work. */
  readonly commits: boolean;
  /** Called once: the patience is over. The statement may still be carried out, and have its answer. */
  readonly letGo: (seen: Seen) => void;
  /** Called once: the statement will have no answer. */
  readonly giveUp: () => void;
}

interface Watch {
  /** To be called when the statement has its answer. */
  answered(): void;
  /** How long the statement was not at work. Milliseconds. */
  stoodStillMs(): number;
}

/**
 * Tells a slow statement from one whose server is gone without a word (a dead router, a frozen machine, an address
 * that moved) and from one that was lost while the server lives, because only the line was dead for a while. TCP
 * notices that after a quarter of an hour, and a short deadline would also cut off what is only slow, such as a
 * purge of many rows, again and again. So the server is asked by another connection.
 */
export class PostgresProbe {
  readonly #config: ClientConfig;
  #asking: Promise<ReadonlyMap<number, Seen> | "away" | "full"> | undefined;

  constructor(config: ClientConfig) {
    this.#config = {
      ...config,
      application_name: "pixmill-probe",
      connectionTimeoutMillis: greeting.patientMs,
      query_timeout: greeting.patientMs,
    };
  }

  /** Looks after a statement from now until it is answered. */
  watch({ pid, deadlineMs, patienceMs, commits, letGo, giveUp }: Watched): Watch {
    const startedAt = performance.now();
    const waitedMs = () => performance.now() - startedAt;
    const isPatient = !Number.isFinite(patienceMs);
    const still = new Stillness(commits);
    let answered = false;
    let isLeft = false;
    const leave = () => {
      if (isLeft || answered || !still.isStill) return;
      isLeft = true;
      letGo(still.seen);
    };
    // Not left to the looks, which take their time where the machine has none.
    const end = isPatient ? undefined : setTimeout(leave, patienceMs + graceMs);
    const firstLookMs = Math.min(silenceMs, Math.max(patienceMs - greeting.promptMs, soonestMs));
    let timer = setTimeout(look, firstLookMs, this);
    async function look(probe: PostgresProbe): Promise<void> {
      const isOver = waitedMs() >= deadlineMs;
      // One whose connection was closed would stay in the server, and a new connection come beside it.
      if (isOver && !still.isCommit) return giveUp();
      const seen = await probe.#see(pid, isPatient || isLeft ? greeting.patientMs : greeting.promptMs);
      if (answered) return;
      still.saw(seen, waitedMs());
      if (still.isLost && waitedMs() >= Math.min(surelyLostMs, patienceMs - lastWordMs)) return giveUp();
      if (isOver && !still.isCommit) return giveUp();
      const leftMs = patienceMs - waitedMs();
      if (seen === "locked" && leftMs <= lastWordMs && pid !== undefined)
        await probe.#cancel(pid, waitedMs());
      // A commit is never cancelled: the server would say that it was done, and not that no standby has it.
      else if (isOver || (!still.isLost && leftMs <= 0)) leave();
      if (answered) return;
      if (leftMs <= -graceMs) leave();
      const ends = [leftMs - lastWordMs, leftMs, silenceMs];
      const nextMs = isLeft ? leftBehindMs : Math.min(silenceMs, ends.find((ms) => ms > 0) ?? silenceMs);
      timer = setTimeout(look, nextMs, probe);
    }
    return {
      answered() {
        answered = true;
        clearTimeout(timer);
        clearTimeout(end);
      },
      stoodStillMs: () => still.forMs(waitedMs()),
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
    return typeof seen === "string" ? seen : (seen.get(pid ?? 0) ?? "busy");
  }

  async #look(): Promise<ReadonlyMap<number, Seen> | "away" | "full"> {
    try {
      const rows = await this.#ask<{ pid: number; seen: Seen }>(
        `select pid, case when wait_event_type = 'Lock' then 'locked'
                          when lower(wait_event) in ('syncrep', 'walsync', 'walwrite') then 'committing'
                          when state like 'idle%' and clock_timestamp() - state_change > $1 * interval '1 ms'
                            then 'idle'
                          else 'busy' end as seen
         from pg_stat_activity where datname = current_database()`,
        [silenceMs],
      );
      return new Map(rows.map(({ pid, seen }) => [pid, seen]));
    } catch (error) {
      return error instanceof DatabaseError ? "full" : "away";
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
