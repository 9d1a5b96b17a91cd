import type { Metadata } from "sharp";
import { type OutputFormat, staysAnimated } from "../../image/format.ts";
import type { Transform } from "../../image/transform.ts";
import { outputFormat } from "./encoders.ts";
import type { Need } from "./plan.ts";
import type { Source } from "./source.ts";
import { type Target, targetOf } from "./target.ts";

/** What is to be made. */
export interface PlannedVariant {
  readonly transform: Transform;
  readonly format: OutputFormat;
  readonly target: Target;
  /** 1: a still picture. */
  readonly frames: number;
  /** The HDR gain map of the source goes with it. */
  readonly gainMap: boolean;
  /** The source shows flat colour and text, no photograph. */
  readonly drawn: boolean;
  /** What the source says of itself. */
  readonly facts: Metadata;
}

export function planVariant(transform: Transform, source: Source): PlannedVariant {
  const { header, facts, drawn } = source;
  const format = outputFormat(transform.format, source);
  const target = targetOf(transform, header);
  const gainMap = keepsGainMap(transform, facts, format);
  return { transform, format, target, drawn, facts, frames: frames(source, format), gainMap };
}

/** What the variant needs of the source. Metadata, a profile and a gain map are not in shared pixels. */
export function needOf({ transform, target, frames, gainMap }: PlannedVariant): Need {
  return { ...target.scaled, frames, alone: gainMap || transform.metadata === "keep" };
}

/**
 * Only JPEG carries one, and it must be cut as the picture is: libvips cannot where the picture's content decides,
 * and what has no colour is for no HDR screen.
 */
function keepsGainMap(transform: Transform, { gainMap }: Metadata, format: OutputFormat): boolean {
  const { position, grayscale } = transform;
  return (
    gainMap !== undefined &&
    format === "jpeg" &&
    position !== "attention" &&
    position !== "entropy" &&
    !grayscale
  );
}

/**
 * All frames where the result can hold them, else the first. libvips turns no animation: one that says it lies on
 * its side, which no common program writes, gives its first frame.
 */
function frames({ header, facts }: Source, format: OutputFormat): number {
  return staysAnimated(header.format, format) && (facts.orientation ?? 1) === 1 ? header.frames : 1;
}
