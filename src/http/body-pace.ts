import type { IncomingMessage } from "node:http";

/** Less than this in a whole window is no upload, however slow the line: about 140 bytes a second. */
const minBytesInWindow = 4 * 1024;
const looksInWindow = 6;

/**
 * Calls `onSlow` once when a body brought next to nothing for `windowMs` milliseconds while it was wanted.
 * A body that is held back because the disk is slow is not to blame. Ends with the body or its connection.
 */
export function watchPace(request: IncomingMessage, windowMs: number, onSlow: () => void): void {
  const { socket } = request;
  const seen = [socket.bytesRead];
  const timer = setInterval(() => {
    if (request.readableLength > 0) {
      seen.length = 0;
    } else if (seen.length >= looksInWindow) {
      const before = seen.shift() ?? 0;
      if (socket.bytesRead - before < minBytesInWindow) {
        stop();
        onSlow();
        return;
      }
    }
    seen.push(socket.bytesRead);
  }, windowMs / looksInWindow);
  timer.unref();
  const stop = () => clearInterval(timer);
  request.once("end", stop);
  request.once("close", stop);
}
