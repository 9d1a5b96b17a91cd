import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import {
  type LevelFigure,
  type QueueFigures,
  queueGauges,
  type WorkerFigures,
  workerGauges,
} from "./gauges.ts";

/** The parts of an image's story, in their order; see `docs/architecture.md`. */
const stages = ["receive", "fetch", "queue", "materialise", "admit", "render", "store", "finish"] as const;
export type Stage = (typeof stages)[number];

/** How an engine process was lost with its image: it died, ran out of memory, or was killed at its deadline. */
const engineLosses = ["crash", "memory", "timeout"] as const;
type EngineLoss = (typeof engineLosses)[number];

export interface StageRecorder {
  spent(stage: Stage, ms: number): void;
}

export interface ImageRecorder {
  /** `format` and `megapixels` are of the original. */
  ended(outcome: "done" | "failed", format: string, megapixels: number): void;
}

export interface EngineRecorder {
  started(): void;
  lost(reason: EngineLoss): void;
}

/** How an attempt to deliver a webhook ended: acknowledged, to be tried again, or given up. */
const webhookOutcomes = ["delivered", "retried", "failed"] as const;

export interface WebhookRecorder {
  attempted(outcome: (typeof webhookOutcomes)[number]): void;
}

interface RequestFacts {
  /** The pattern, `/v1/images/:id`: addresses themselves would be a series each. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

export interface RequestRecorder {
  answered(request: RequestFacts, ms: number): void;
}

/** What one process counts, as Prometheus reads it. */
export interface Metrics {
  readonly stages: StageRecorder;
  readonly images: ImageRecorder;
  readonly engine: EngineRecorder;
  readonly requests: RequestRecorder;
  readonly webhooks: WebhookRecorder;
  /** From now on the queue is measured at every scrape. A measurement that fails or hangs leaves its gauges out. */
  watchQueue(measure: () => Promise<QueueFigures>, levels: () => Promise<readonly LevelFigure[]>): void;
  watchWorker(figures: WorkerFigures): void;
  readonly contentType: string;
  /** The answer to a scrape. */
  text(): Promise<string>;
}

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** An image may wait for an hour and be rendered in milliseconds. */
const stageBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
/** Gauges that Node's defaults name as if they were counters; they tell nothing that the others do not. */
const misnamed = [
  "nodejs_active_resources_total",
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
];

/** One registry, of its own: nothing here is global. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);

  const stageSeconds = new Histogram({
    name: "pixmill_stage_duration_seconds",
    help: "Time that images spent in each stage of their story.",
    labelNames: ["stage"],
    buckets: stageBuckets,
    registers,
  });
  const images = new Counter({
    name: "pixmill_images_total",
    help: "Images that this process brought to their end, by outcome and format of the original.",
    labelNames: ["outcome", "format"],
    registers,
  });
  const megapixels = new Counter({
    name: "pixmill_megapixels_total",
    help: "Millions of pixels of the originals of images that this process brought to their end.",
    labelNames: ["outcome", "format"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "pixmill_http_request_duration_seconds",
    help: "Time from a request's headers to the end of its answer, without event streams.",
    labelNames: ["method", "route", "status"],
    buckets: requestBuckets,
    registers,
  });
  const engineStarts = new Counter({
    name: "pixmill_engine_processes_started_total",
    help: "Engine processes that were started.",
    registers,
  });
  const engineLost = new Counter({
    name: "pixmill_engine_processes_lost_total",
    help: "Engine processes that were lost while they worked on an image, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const webhookAttempts = new Counter({
    name: "pixmill_webhook_attempts_total",
    help: "Attempts of this process to deliver a webhook, by outcome: delivered, retried (to be tried again), failed (given up).",
    labelNames: ["outcome"],
    registers,
  });
  let measureQueue = async () => {};

  return {
    stages: { spent: (stage, ms) => stageSeconds.observe({ stage }, Math.max(0, ms) / 1000) },
    images: {
      ended(outcome, format, count) {
        images.inc({ outcome, format });
        megapixels.inc({ outcome, format }, count);
      },
    },
    engine: { started: () => engineStarts.inc(), lost: (reason) => engineLost.inc({ reason }) },
    requests: { answered: (request, ms) => requestSeconds.observe({ ...request }, ms / 1000) },
    webhooks: { attempted: (outcome) => webhookAttempts.inc({ outcome }) },
    watchQueue(measure, levels) {
      measureQueue = queueGauges(registers, measure, levels);
    },
    watchWorker(figures) {
      // A rate can only be taken of a series that was there before the first loss.
      for (const reason of engineLosses) engineLost.inc({ reason }, 0);
      for (const outcome of webhookOutcomes) webhookAttempts.inc({ outcome }, 0);
      workerGauges(registers, figures);
    },
    contentType: registry.contentType,
    async text() {
      await measureQueue();
      return registry.metrics();
    },
  };
}
