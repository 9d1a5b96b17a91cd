import { answerOf, type Image, serviceUrl, silence } from "../service/api.ts";
import { unreachable } from "../service/problem.ts";

export interface SendOptions {
  readonly file: File;
  /** The same for every try of one file, so that a try whose answer was lost does not make a second image. */
  readonly idempotencyKey: string;
  /** Bytes that left this machine so far. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends one file as a raw body (cheaper for the service than multipart). XMLHttpRequest, because fetch tells
 * nothing of an upload's progress.
 */
export function sendImage({ file, idempotencyKey, onProgress, signal }: SendOptions): Promise<Image> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), silence);
    };
    request.upload.onprogress = (event) => {
      hear();
      onProgress(event.loaded);
    };
    request.onload = () => {
      try {
        resolve(answerOf(request.status, request.responseText));
      } catch (failure) {
        reject(failure);
      }
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.aborted ? signal.reason : unreachable());
    request.onloadend = () => clearTimeout(timer);
    signal.addEventListener("abort", () => request.abort());

    request.open("POST", serviceUrl(`/v1/images?filename=${encodeURIComponent(file.name)}`));
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", bodyType(file));
    request.setRequestHeader("idempotency-key", idempotencyKey);
    hear();
    request.send(file);
  });
}

/** Whatever the browser takes the file for, the service judges its bytes; other types it would not read at all. */
function bodyType(file: File): string {
  return /^image\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
}
