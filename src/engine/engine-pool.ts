import { awakeDeadline } from "../awake-deadline.ts";
import { PixmillError } from "../errors.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import type { Logger } from "../logger.ts";
import type { EngineRecorder } from "../metrics.ts";
import { ChildLost, childEntry, EngineProcess } from "./engine-process.ts";
import { IdleChildren } from "./idle-children.ts";
import type { ImageEngine, RenderRequest, RenderResult } from "./image-engine.ts";
import { lossReport } from "./loss-report.ts";
import type { EngineReply, EngineResults, EngineTask } from "./messages.ts";
import { ResidentWatch } from "./resident-watch.ts";
import { Turnstile } from "./turnstile.ts";

interface EnginePoolOptions {
  /** Children at most, one image at a time each. */
  readonly processes: number;
  /** What all children together shall hold, as far as it is known before: bytes, of the predictions and of idle ones. */
  readonly memoryBytes?: number;
  /** From when a child begins with the picture, not from when it was queued. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Counts the children. */
  readonly recorder?: EngineRecorder;
  /** A child whose resident memory is larger after a task is replaced. Bytes. */
  readonly recycleRssBytes?: number;
  /** A child without work for so long is ended. */
  readonly idleMs?: number;
  /** From the start of a child until it begins with its first task. */
  readonly startTimeoutMs?: number;
  /** A folder of ours in which children keep their compiled code: those that come after start with half the work. */
  readonly codeCache?: string;
  /** The module that children load. */
  readonly entry?: URL;
}

const defaultRecycleRssBytes = 350 * 1024 ** 2;
const defaultIdleMs = 10_000;
const defaultStartTimeoutMs = 30_000;

/** So much more than predicted a child may keep of its last picture without being counted as grown. */
const usualExcess = 1.25;
/** The share of the memory that children at work may keep beyond what is predicted of their pictures. */
const excessShare = 1 / 8;
/** No child is ended for holding less. */
const leastLimitBytes = 400 * 1024 ** 2;

/** A child that dies before it begins costs the picture no strike; a machine that can start none must show. */
const maxStarts = 3;

/**
 * The engine: children that are started when there is work and ended when there is none.
 *
 * A child is killed at the deadline of its task, or when the caller's signal aborts; whatever happens to a child
 * happens to the one picture that it works on.
 */
export class EnginePool implements ImageEngine {
  readonly #options: EnginePoolOptions;
  readonly #turnstile: Turnstile;
  readonly #closing = new AbortController();
  readonly #children = new Set<EngineProcess>();
  readonly #idle: IdleChildren;
  /** What those at work are predicted to take, and what they hold of earlier pictures. Bytes. */
  readonly #busy = new Map<EngineProcess, { readonly predicted: number; readonly rss: number }>();

  constructor(options: EnginePoolOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.processes);
    this.#idle = new IdleChildren(options.idleMs ?? defaultIdleMs);
  }

  /** Process ids of the children that live now. */
  get pids(): readonly number[] {
    return [...this.#children].flatMap(({ pid, alive }) => (pid !== undefined && alive ? [pid] : []));
  }

  inspect(folder: string, limits: ImageLimits, signal?: AbortSignal): Promise<ImageHeader> {
    return this.#queue<"inspect">({ verb: "inspect", folder, limits }, signal);
  }

  render(request: RenderRequest, signal?: AbortSignal): Promise<RenderResult> {
    return this.#queue<"render">({ verb: "render", request }, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException("The engine is closed.", "AbortError"));
    const children = [...this.#children];
    for (const child of children) child.kill();
    await Promise.all(children.map(({ lost }) => lost));
  }

  async #queue<Verb extends EngineTask["verb"]>(task: EngineTask, signal?: AbortSignal) {
    const stop = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    await this.#turnstile.enter(stop);
    try {
      const reply = (await this.#attempt(task, stop)) as EngineReply<EngineResults[Verb]>;
      if ("result" in reply) return reply.result;
      throw new PixmillError(reply.code, reply.detail === undefined ? {} : { detail: reply.detail });
    } finally {
      this.#turnstile.leave();
    }
  }

  /** Tries again, with another child, only while no child has begun with the task. */
  async #attempt(task: EngineTask, stop: AbortSignal): Promise<EngineReply> {
    for (let starts = 1; ; starts += 1) {
      stop.throwIfAborted();
      const predicted = task.verb === "render" ? task.request.predictedBytes : undefined;
      const child = this.#childFor(task, predicted);
      let begunAt: number | undefined;
      const memory = new ResidentWatch(child.pid);
      const evidence = () => ({
        seconds: (performance.now() - (begunAt ?? 0)) / 1_000,
        memory: memory.most,
      });
      try {
        return await this.#runOn(child, task, stop, {
          begun: (kill) => {
            begunAt = performance.now();
            // A prediction may be wrong by a half, and what is small is worth no doubt.
            const most = Math.max(2 * (predicted || Number.POSITIVE_INFINITY), leastLimitBytes);
            memory.limit(most, () => {
              this.#options.recorder?.lost("memory");
              kill(lossReport("out_of_memory", evidence()));
            });
          },
          tooLate: () => {
            memory.look();
            return lossReport("engine_timeout", evidence());
          },
        });
      } catch (error) {
        if (!(error instanceof ChildLost)) throw error;
        const { exitCode, signal } = error;
        const begun = begunAt !== undefined;
        this.#options.recorder?.lost(error.reason);
        this.#options.logger.warn({ pid: child.pid, exitCode, signal, begun }, "an engine process was lost");
        if (!begun && starts >= maxStarts) throw new PixmillError("overloaded", { cause: error });
        if (begun) {
          const end = signal ?? `exit code ${exitCode}`;
          const code = error.reason === "memory" ? "out_of_memory" : "engine_crashed";
          throw lossReport(code, { ...evidence(), end, cause: error });
        }
      } finally {
        memory.stop();
        this.#busy.delete(child);
      }
    }
  }

  /**
   * An idle child, unless it keeps much more memory than the picture needs while others need it; else a fresh one.
   * Idle ones that the rest has no room for are ended (invariant 7): what they keep of a huge picture is in nobody's
   * prediction.
   */
  #childFor(task: EngineTask, predicted = 0): EngineProcess {
    const { processes, memoryBytes = Number.POSITIVE_INFINITY } = this.#options;
    const busy = [...this.#busy.values()];
    const excess = busy.reduce((sum, one) => sum + Math.max(0, one.rss - one.predicted), 0);
    const spare = memoryBytes * excessShare - excess;
    const suits = (rss: number) =>
      predicted === 0 || rss <= usualExcess * predicted || rss - predicted <= spare;
    const { child, rss } = this.#idle.take(suits) ?? { child: this.#start(task), rss: 0 };
    this.#busy.set(child, { predicted, rss });
    const held = [...this.#busy.values()].reduce((sum, one) => sum + Math.max(one.predicted, one.rss), 0);
    this.#idle.shrinkTo(processes - this.#busy.size, memoryBytes - held);
    return child;
  }

  async #runOn(
    child: EngineProcess,
    task: EngineTask,
    stop: AbortSignal,
    on: {
      readonly begun: (kill: (reason: PixmillError) => void) => void;
      readonly tooLate: () => PixmillError;
    },
  ) {
    const { timeoutMs, startTimeoutMs = defaultStartTimeoutMs } = this.#options;
    let killedFor: { readonly reason: unknown } | undefined;
    const killFor = (reason: unknown) => {
      killedFor ??= { reason };
      child.kill();
    };
    const onStop = () => killFor(stop.reason);
    stop.addEventListener("abort", onStop, { once: true });
    let callOff = awakeDeadline(startTimeoutMs, () => child.kill());
    try {
      const reply = await child.run(task, () => {
        on.begun(killFor);
        callOff();
        callOff = awakeDeadline(timeoutMs, () => {
          this.#options.recorder?.lost("timeout");
          killFor(on.tooLate());
        });
      });
      this.#release(child, reply.rss);
      return reply;
    } catch (error) {
      if (killedFor) throw killedFor.reason;
      throw error;
    } finally {
      callOff();
      stop.removeEventListener("abort", onStop);
    }
  }

  #start(firstTask: EngineTask): EngineProcess {
    const { entry = childEntry, codeCache } = this.#options;
    const child = new EngineProcess(entry, firstTask, codeCache);
    this.#children.add(child);
    this.#options.recorder?.started();
    child.lost.then(() => {
      this.#children.delete(child);
      this.#idle.forget(child);
    });
    return child;
  }

  #release(child: EngineProcess, rss: number): void {
    const { recycleRssBytes = defaultRecycleRssBytes, logger } = this.#options;
    if (!child.alive) return;
    if (rss > recycleRssBytes) {
      logger.debug({ pid: child.pid, rss }, "an engine process is recycled");
      child.kill();
      return;
    }
    this.#idle.add(child, rss);
  }
}
