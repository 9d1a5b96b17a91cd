import { setTimeout as sleep } from "node:timers/promises";
import type { Pixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

/** Between an end and the next start: what a supervisor waits, so that a start that fails is no hot loop. */
const pauseMs = 300;

/** A process and whoever starts it again when it has ended, as systemd and Docker do. */
export class Supervised {
  readonly name: string;
  /** Every process that it was so far, the living one last. */
  readonly lives: Pixmill[] = [];
  /** What those said that ended before they were ready. */
  readonly failedStarts: string[] = [];
  readonly #launch: () => Promise<Pixmill>;
  readonly #running: Promise<void>;
  #current: Pixmill | undefined;
  #stopped = false;

  constructor(name: string, launch: () => Promise<Pixmill>) {
    this.name = name;
    this.#launch = launch;
    this.#running = this.#run();
  }

  /** `undefined`: it has ended and is not started yet. */
  get current(): Pixmill | undefined {
    return this.#current;
  }

  async alive(): Promise<Pixmill> {
    await until(() => this.#current !== undefined, { what: `${this.name} at work`, withinMs: 90_000 });
    return this.#current as Pixmill;
  }

  /** As the kernel's OOM killer: the process alone, its engine processes must notice by themselves. */
  async kill(): Promise<void> {
    const life = await this.alive();
    life.signal("SIGKILL");
    await life.exited;
    await this.#gone(life);
  }

  /** SIGTERM; the exit code. It is started again. */
  async restart(): Promise<number | null> {
    const life = await this.alive();
    const code = await life.stop();
    await this.#gone(life);
    return code;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#current?.killAll();
    await this.#running;
  }

  #gone(life: Pixmill): Promise<void> {
    return until(() => this.#current !== life);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const life = await this.#launch().catch((error: unknown) => void this.failedStarts.push(String(error)));
      if (life) {
        this.lives.push(life);
        this.#current = life;
        if (this.#stopped) await life.killAll();
        await life.exited;
        this.#current = undefined;
      }
      if (!this.#stopped) await sleep(pauseMs);
    }
  }
}
