import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "./until.ts";

/** One request of the tus protocol, as its specification writes it. */
export async function tus(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Uint8Array,
  signal: AbortSignal | null = null,
): Promise<Response> {
  return await fetch(url, {
    method,
    signal,
    headers: {
      "tus-resumable": "1.0.0",
      ...(method === "PATCH" && { "content-type": "application/offset+octet-stream" }),
      ...headers,
    },
    ...(body && { body: new Uint8Array(body) }),
  });
}

/** An `Upload-Metadata` header. */
export function metadataOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

/** Begins an upload and insists on the 201; resolves to its address. */
export async function beginUpload(
  url: string,
  length: number,
  metadata: Readonly<Record<string, string>> = { filename: "cat.jpg" },
): Promise<string> {
  const response = await tus(`${url}/v1/uploads`, "POST", {
    "upload-length": String(length),
    "upload-metadata": metadataOf(metadata),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return new URL(response.headers.get("location") ?? "", url).href;
}

export async function sendPart(
  address: string,
  offset: number,
  part: Uint8Array,
  signal?: AbortSignal,
): Promise<Response> {
  return await tus(address, "PATCH", { "upload-offset": String(offset) }, part, signal);
}

/** Where the upload stands. */
export async function offsetOf(address: string): Promise<number> {
  const response = await tus(address, "HEAD");
  if (response.status !== 200) throw new Error(String(response.status));
  return Number(response.headers.get("upload-offset"));
}

/**
 * The first part of an upload of `length` bytes, of which the client sends `bytes` and then falls silent, without a
 * word. Resolves when the service, whose storage folder is `storage`, has begun to take it.
 */
export async function silentPart(
  address: string,
  part: { readonly bytes: Uint8Array; readonly length: number; readonly storage: string },
): Promise<Socket> {
  const { hostname, port, pathname } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(
    `PATCH ${pathname} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${part.length}\r\n\r\n`,
  );
  socket.write(part.bytes);
  const lock = join(part.storage, ".work", "uploads", `${pathname.slice(-36)}.lock`);
  await until(() => existsSync(lock) && socket.writableLength === 0, { what: "the beginning of the part" });
  await sleep(200); // what was sent is read by then; if not, it only stands at less
  return socket;
}
