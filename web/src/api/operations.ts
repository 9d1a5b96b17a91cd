import type { Preset, Queue, Settings, Worker } from "../../../src/client/schema.ts";
import { read } from "./call.ts";

export type { Preset, Queue, Settings, Worker };

/** Throws `RequestFailure`, as every call here. */
export function listWorkers(signal?: AbortSignal): Promise<readonly Worker[]> {
  return read("/v1/workers", signal);
}

export function getQueue(signal?: AbortSignal): Promise<Queue> {
  return read("/v1/queue", signal);
}

export function listPresets(signal?: AbortSignal): Promise<readonly Preset[]> {
  return read("/v1/presets", signal);
}

export function getSettings(signal?: AbortSignal): Promise<Settings> {
  return read("/v1/settings", signal);
}
