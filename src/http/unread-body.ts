import type { IncomingMessage, ServerResponse } from "node:http";

/** How long a refused client may go on sending before its connection is cut, in milliseconds. */
const lingerMs = 60_000;

/**
 * Reads and drops what is left of a body after its answer was sent.
 *
 * Closing a connection with unread bytes makes the kernel send a reset, which can destroy the answer on its way
 * to the client (RFC 9112, 9.6); and clients such as browsers read no answer before they have sent everything.
 */
export function dropUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    if (request.complete || request.destroyed) return;
    request.unpipe();
    request.on("error", () => {});
    request.resume();
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    timer.unref();
    const stop = () => clearTimeout(timer);
    request.once("end", stop);
    request.once("close", stop);
  });
}
