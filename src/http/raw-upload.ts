import type { FastifyRequest } from "fastify";
import { PixmillError, toPixmillError } from "../errors.ts";
import type { ReceivedOriginal } from "../resize/receive-original.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { piecesOf } from "./stream-pieces.ts";

/** Receives a body that is the file itself. When it rejects, nothing is left behind. */
export async function receiveRaw(
  request: FastifyRequest,
  receive: UseCases["receive"],
  filename: string | undefined,
): Promise<ReceivedOriginal> {
  const { raw } = request;
  let failure: unknown;
  const noteFailure = (error: unknown) => {
    failure = error;
  };
  raw.once("error", noteFailure);
  try {
    return await receive(piecesOf(raw), filename);
  } catch (error) {
    if (failure === undefined) throw toPixmillError(error);
    if (failure instanceof PixmillError) throw failure;
    const detail = "The body ended before it was complete.";
    throw new PixmillError("invalid_request", { detail, cause: failure });
  } finally {
    raw.off("error", noteFailure);
  }
}
