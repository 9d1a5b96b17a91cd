import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { PixmillError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { problemOf, problemType } from "./problem.ts";

/** Bytes that are no HTTP request, headers that are too long or came too slowly: before there is a request. */
export function answerClientFault(fault: Error, socket: Socket, logger: Logger): void {
  const { code } = fault as NodeJS.ErrnoException;
  // After a reset, or once an answer has begun, nothing that is written now would be understood.
  if (code === "ECONNRESET" || !socket.writable || answerBegan(socket)) {
    socket.destroy();
    return;
  }
  const [status, error] = whatToSay(code);
  const text = problemText(error, status);
  logger.info({ status, reason: code }, "request refused before it was read");
  socket.end(text);
  // A client that goes on sending is not listened to for ever.
  socket.setTimeout(1_000, () => socket.destroy());
}

/** A whole HTTP/1.1 answer that ends its connection. */
export function problemText(error: PixmillError, status = error.status): string {
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(error, requestId, status));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
    "",
    body,
  ].join("\r\n");
}

function whatToSay(code: string | undefined): [number, PixmillError] {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return [408, new PixmillError("request_timeout")];
  if (code === "HPE_HEADER_OVERFLOW") {
    const detail = "The request line and headers are longer than 16 KiB together.";
    return [431, new PixmillError("invalid_request", { detail })];
  }
  return [400, new PixmillError("invalid_request", { detail: "The bytes are not a valid HTTP request." })];
}

/** Node keeps the answer that a socket is busy with here, and its own handler asks the same question. */
function answerBegan(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
  return answer?.headersSent ?? false;
}
