import { PassThrough, Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { piecesOf } from "./stream-pieces.ts";

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const taken: Uint8Array[] = [];
  for await (const piece of pieces) taken.push(piece);
  return taken;
}

describe("piecesOf", () => {
  it("gives the pieces as they came, joining and copying none, also those that waited", async () => {
    const sent = Array.from({ length: 20 }, (_, i) => Buffer.alloc(1000 + i, i));
    const stream = new Readable({ read() {} });
    for (const piece of sent) stream.push(piece);
    stream.push(null);
    const seen: Uint8Array[] = [];
    for await (const piece of piecesOf(stream)) {
      await turn();
      seen.push(piece);
    }
    expect(seen.length).toBe(sent.length);
    for (const [index, piece] of seen.entries()) expect(piece).toBe(sent[index]);
  });

  it("holds a quick sender back while the reader is busy", async () => {
    let sent = 0;
    const stream = new Readable({
      highWaterMark: 64 * 1024,
      read() {
        sent += 1;
        this.push(sent > 100 ? null : Buffer.alloc(64 * 1024));
      },
    });
    let taken = 0;
    for await (const _ of piecesOf(stream)) {
      taken += 1;
      for (let i = 0; i < 10; i += 1) await turn();
      expect(sent - taken).toBeLessThanOrEqual(6);
    }
    expect(taken).toBe(100);
  });

  it("throws the stream's own error, and one of its own when the stream ends without an end", async () => {
    const failure = new Error("aborted");
    for (const [given, expected] of [
      [failure, failure],
      [undefined, expect.objectContaining({ code: "ERR_STREAM_PREMATURE_CLOSE" })],
    ]) {
      const stream = new PassThrough();
      stream.write(Buffer.alloc(10));
      setImmediate(() => stream.destroy(given));
      await expect(all(piecesOf(stream))).rejects.toEqual(expected);
    }
  });

  it("leaves a stream that it left early paused, whole and without listeners", async () => {
    const stream = new PassThrough();
    stream.write(Buffer.alloc(10));
    for await (const _ of piecesOf(stream)) break;
    expect(stream.destroyed).toBe(false);
    expect(stream.isPaused()).toBe(true);
    expect(stream.listenerCount("data") + stream.listenerCount("error")).toBe(0);
    stream.end(Buffer.from("rest"));
    const rest = await all(piecesOf(stream));
    expect(Buffer.concat(rest).toString()).toBe("rest");
  });
});
