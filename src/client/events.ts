import type { Connection } from "./connection.ts";
import { EventParser, type ServerEvent } from "./event-parser.ts";
import { connectionFailure, RequestFailure } from "./failure.ts";
import { backoff, pause } from "./pause.ts";
import type { Batch, Image } from "./schema.ts";

/** The service sends a comment every 15 seconds; a stream that is silent for longer leads nowhere. */
const silenceMs = 40_000;

interface Known {
  "image.queued": Image;
  "image.processing": Image;
  "image.done": Image;
  "image.failed": Image;
  "image.cancelled": Image;
  "batch.progress": Batch;
  "batch.done": Batch;
  "worker.heartbeat": Readonly<Record<string, unknown>>;
  /** Events are missing: what you know may be old. */
  reset: Readonly<Record<string, never>>;
}

/** One thing that happened. Later versions may tell of more types. */
export type PixmillEvent = {
  [Type in keyof Known]: { readonly id: string; readonly type: Type; readonly data: Known[Type] };
}[keyof Known];

export interface EventFilter {
  readonly imageId?: string;
  readonly batchId?: string;
  /** The id of the last event that you know: what came after it is told first. */
  readonly after?: string;
  /** Ends the events. */
  readonly signal?: AbortSignal;
  /** Told each time that the stream flows (again): what happens from now on is noticed. */
  readonly onOpen?: () => void;
  /** Told each time that it does not, before it is opened again. */
  readonly onCut?: (failure: RequestFailure) => void;
}

/**
 * What happens, as it happens, without end: a connection that is cut or silent is opened again after the last event
 * that came. Ends when the signal aborts; rejects with a `RequestFailure` when the service refuses.
 */
export async function* events(connection: Connection, filter: EventFilter): AsyncGenerator<PixmillEvent> {
  const { signal, onOpen, onCut } = filter;
  let lastId = filter.after ?? "";
  for (let tries = 1; !signal?.aborted; tries++) {
    try {
      for await (const event of stream(connection, filter, lastId)) {
        if (event === "open") {
          tries = 1;
          onOpen?.();
        } else {
          if (event.id !== "") lastId = event.id;
          yield { id: event.id, type: event.type, data: JSON.parse(event.data) } as PixmillEvent;
        }
      }
      // A service that stops ends its streams like any whole answer.
      if (!signal?.aborted) onCut?.(connectionFailure(new Error("the stream ended")));
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof RequestFailure) || error.kind === "refused") throw error;
      onCut?.(error);
    }
    await pause(backoff(tries, 5_000), signal).catch(() => {});
  }
}

async function* stream(
  connection: Connection,
  { imageId, batchId, signal }: EventFilter,
  lastId: string,
): AsyncGenerator<ServerEvent | "open"> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new DOMException("", "TimeoutError")), silenceMs);
  };
  try {
    listen();
    const answer = await connection.call("/v1/events", {
      query: { imageId, batchId },
      headers: { accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    if (!answer.headers.get("content-type")?.startsWith("text/event-stream") || !answer.body) {
      throw new RequestFailure({
        status: answer.status,
        code: "no_stream",
        message: "this is no event stream",
      });
    }
    yield "open";
    const parser = new EventParser();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      listen();
      yield* parser.push(value);
    }
  } catch (error) {
    throw error instanceof RequestFailure ? error : connectionFailure(error);
  } finally {
    clearTimeout(timer);
    // Whoever stops listening frees the connection.
    silence.abort();
  }
}
