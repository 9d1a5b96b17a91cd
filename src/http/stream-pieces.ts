import { finished, type Readable } from "node:stream";

/** What is held for a reader that is busy; from here on the stream waits. */
const heldBytes = 256 * 1024;

/**
 * The pieces of a byte stream as they came, and the stream's own error. Node's iterator joins all that wait into a
 * new buffer first, so that every byte of an upload is copied once more.
 *
 * Leaving early drops the pieces that are held and pauses the stream; it destroys nothing, because the answer to a
 * request needs its connection.
 */
export async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array[] = [];
  let length = 0;
  let news = Promise.withResolvers<void>();
  let end: { readonly error?: unknown } | undefined;
  const onData = (piece: Uint8Array) => {
    held.push(piece);
    length += piece.length;
    if (length >= heldBytes) stream.pause();
    news.resolve();
  };
  const forget = finished(stream, { writable: false }, (error) => {
    end = { error };
    news.resolve();
  });
  stream.on("data", onData);
  try {
    for (;;) {
      if (end?.error) throw end.error;
      if (held.length > 0) {
        const pieces = held;
        held = [];
        length = 0;
        for (const piece of pieces) yield piece;
      } else if (end) {
        return;
      } else {
        news = Promise.withResolvers();
        if (stream.isPaused()) stream.resume();
        await news.promise;
      }
    }
  } finally {
    stream.off("data", onData);
    forget();
    stream.pause();
  }
}
