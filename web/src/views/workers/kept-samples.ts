import { effect, type Signal, signal } from "@preact/signals";
import { longestMs, type Sample } from "./samples.ts";

/**
 * Samples that outlive the view, and the loading of the page anew: the service keeps figures, not their past. They
 * are of this tab alone, and end with it.
 */
export function keptSamples(name: string): Signal<readonly Sample[]> {
  const samples = signal<readonly Sample[]>(read(name));
  effect(() => write(name, samples.value));
  return samples;
}

function read(name: string): readonly Sample[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(`pixmill-${name}`) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter(isSample).filter(({ at }) => at <= Date.now() && Date.now() - at <= longestMs);
  } catch {
    return [];
  }
}

function write(name: string, samples: readonly Sample[]): void {
  try {
    sessionStorage.setItem(`pixmill-${name}`, JSON.stringify(samples));
  } catch {
    // Where a browser keeps nothing, charts begin when they are looked at.
  }
}

function isSample(value: unknown): value is Sample {
  const { at, value: figure } = (value ?? {}) as Partial<Record<keyof Sample, unknown>>;
  return typeof at === "number" && typeof figure === "number";
}
