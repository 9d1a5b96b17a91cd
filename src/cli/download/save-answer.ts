import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { parse } from "content-disposition";
import { exists, moveWhole, NameRefused } from "../move-whole.ts";

interface SaveOptions {
  readonly folder: string;
  /** Where the answer names no file. */
  readonly fallbackName: string;
  /** A file of that name is replaced. */
  readonly replace: boolean;
  readonly onBytes: (bytes: number) => void;
}

export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Keeps an answer under the name that it gives itself, whole or not at all. Rejects with `NameRefused`. */
export async function saveAnswer(answer: Response, options: SaveOptions): Promise<SavedFile> {
  const { folder, fallbackName, replace, onBytes } = options;
  const path = join(folder, nameIn(answer.headers) ?? fallbackName);
  if (!replace && (await exists(path))) {
    await answer.body?.cancel();
    throw new NameRefused("exists", path);
  }
  const draft = join(folder, `.pixmill-${randomUUID()}`);
  let bytes = 0;
  try {
    await pipeline(
      Readable.fromWeb((answer.body ?? new Blob([]).stream()) as ReadableStream<Uint8Array>),
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          bytes += piece.length;
          onBytes(piece.length);
          yield piece;
        }
      },
      createWriteStream(draft, { flags: "wx" }),
    );
    await moveWhole(draft, path, replace);
    return { path, bytes };
  } finally {
    await rm(draft, { force: true });
  }
}

/** The service may be anybody's: a name that leads out of the folder, or hides, is none. */
function nameIn(headers: Headers): string | undefined {
  const name = parse(headers.get("content-disposition") ?? "").parameters.filename ?? "";
  const last = name.replace(/^.*[/\\]/s, "").replaceAll(/\p{Cc}/gu, "");
  return last === "" || last.startsWith(".") ? undefined : last;
}
