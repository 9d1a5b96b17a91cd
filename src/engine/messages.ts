import type { ErrorCode } from "../errors.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import type { RenderRequest, RenderResult } from "./image-engine.ts";

/** What the parent asks of a child: plain JSON, because it crosses a process border. */
export type EngineTask =
  | { readonly verb: "inspect"; readonly folder: string; readonly limits: ImageLimits }
  | { readonly verb: "render"; readonly request: RenderRequest };

export interface EngineResults {
  readonly inspect: ImageHeader;
  readonly render: RenderResult;
}

/** A child answers with a code and our own sentence: no native message and no path crosses the border. */
export type EngineReply<Result = unknown> = { readonly rss: number } & (
  | { readonly result: Result }
  | { readonly code: ErrorCode; readonly detail: string | undefined }
);

/** The child's word that it works on the task now: before it, its death is not the picture's fault. */
export const startedMessage = "started";
