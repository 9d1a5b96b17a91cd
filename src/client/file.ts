/** A path (Node), a `File` or `Blob`, bytes, or a stream; only a stream cannot be sent a second time. */
export type FileInput = string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** What `fetch` takes, and what is read from a path. */
export type Body = string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** What is sent as the body. Rejects when there is no such file, or no file system. */
export async function bodyOf(file: FileInput): Promise<Body> {
  return typeof file === "string" ? await openFile(file) : file;
}

/** The name to send where none was given. */
export function nameOf(file: FileInput): string | undefined {
  if (typeof file === "string") return file.replace(/^.*[/\\]/, "");
  return typeof File !== "undefined" && file instanceof File ? file.name : undefined;
}

/** Read piece by piece while it is sent. */
async function openFile(path: string): Promise<Blob> {
  // By a variable: bundlers for pages look into literal imports.
  const fileSystem = "node:fs";
  const { openAsBlob }: { openAsBlob?: (path: string) => Promise<Blob> } = await import(
    /* @vite-ignore */ fileSystem
  ).catch(() => ({}));
  if (!openAsBlob) throw new TypeError("A path can be uploaded by Node only; give a File or a Blob.");
  return openAsBlob(path);
}
