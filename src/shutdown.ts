import type { Logger } from "./logger.ts";

interface ShutdownStep {
  readonly name: string;
  /** Quick: stop taking new work. */
  readonly quiet?: () => void | Promise<void>;
  /** Finish or give back what is held, and close. */
  readonly stop: () => void | Promise<void>;
}

/**
 * Quiet first, then stop, by a deadline.
 *
 * Steps are added in the order in which things are started and stopped in the reverse order. All are made
 * quiet before the first is stopped, so that nothing takes new work while another part drains.
 */
export class Shutdown {
  readonly #steps: ShutdownStep[] = [];
  readonly #logger: Logger;
  readonly #deadlineMs: number;
  #running: Promise<boolean> | undefined;

  constructor(options: { logger: Logger; deadlineMs: number }) {
    this.#logger = options.logger;
    this.#deadlineMs = options.deadlineMs;
  }

  add(step: ShutdownStep): void {
    this.#steps.push(step);
  }

  get started(): boolean {
    return this.#running !== undefined;
  }

  /** Runs once, however often it is called. Resolves to `false` when the deadline passed first. */
  run(): Promise<boolean> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<boolean> {
    const deadline = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => deadline.resolve(false), this.#deadlineMs);
    try {
      return await Promise.race([this.#stopAll(), deadline.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #stopAll(): Promise<boolean> {
    const steps = this.#steps.toReversed();
    await Promise.all(steps.map((step) => this.#attempt(step.name, step.quiet)));
    for (const step of steps) await this.#attempt(step.name, step.stop);
    return true;
  }

  /** One part that cannot stop must not keep the others from stopping. */
  async #attempt(name: string, action: (() => void | Promise<void>) | undefined): Promise<void> {
    try {
      await action?.();
    } catch (error) {
      this.#logger.error({ err: error, part: name }, "could not stop cleanly");
    }
  }
}
