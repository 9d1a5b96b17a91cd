import { Client, type ClientConfig, DatabaseError } from "pg";

/** A statement that is silent for this long makes us ask whether its server is still there. Milliseconds. */
const silenceMs = 1_000;
/** How long a server may take to greet a new connection. */
const greetingMs = 800;

/**
 * Tells a slow statement from a server that is gone without a word: a dead router, a frozen machine, an address
 * that moved. TCP notices that after a quarter of an hour, and a short deadline would also cut off what is only
 * slow, such as a purge of many rows, again and again. So the server is asked by another connection.
 */
export class PostgresProbe {
  readonly #config: ClientConfig;
  #asking: Promise<boolean> | undefined;

  constructor(config: ClientConfig) {
    this.#config = { ...config, connectionTimeoutMillis: greetingMs };
  }

  /**
   * Calls `giveUp` once when the server is gone, or when the statement has taken `deadlineMs`. The function that it
   * returns is to be called when the statement has its answer.
   */
  watch(giveUp: () => void, deadlineMs: number): () => void {
    const startedAt = performance.now();
    let answered = false;
    let timer = setTimeout(look, silenceMs, this);
    async function look(probe: PostgresProbe): Promise<void> {
      const there = performance.now() - startedAt < deadlineMs && (await probe.#serverAnswers());
      if (answered) return;
      if (there) timer = setTimeout(look, silenceMs, probe);
      else giveUp();
    }
    return () => {
      answered = true;
      clearTimeout(timer);
    };
  }

  /** One question at a time is enough for all that wait. */
  #serverAnswers(): Promise<boolean> {
    this.#asking ??= greeted(this.#config).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }
}

async function greeted(config: ClientConfig): Promise<boolean> {
  const client = new Client(config);
  client.on("error", () => {});
  try {
    await client.connect();
    client.end().catch(() => {});
    return true;
  } catch (error) {
    // "Too many connections" is an answer too.
    return error instanceof DatabaseError;
  }
}
