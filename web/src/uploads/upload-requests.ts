import { DefaultHttpStack, type HttpRequest } from "tus-js-client";
import { serviceUrl, silence } from "../api/call.ts";

/** The requests of uploads, as tus-js-client makes them, with what it does not think of. */
export class UploadRequests extends DefaultHttpStack {
  override createRequest(method: string, url: string): HttpRequest {
    const request = super.createRequest(method, seenFromHere(url));
    giveUpOnSilence(request.getUnderlyingObject() as XMLHttpRequest);
    return request;
  }
}

/** The service tells where an upload is by its own path; this page may see the service behind a prefix. */
function seenFromHere(url: string): string {
  const [, path = ""] = /(\/v1\/uploads.*)$/.exec(url) ?? [];
  return serviceUrl(path);
}

/** A connection that is gone without a word would be waited for for ever. As an error it is tried again. */
function giveUpOnSilence(request: XMLHttpRequest): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      request.abort();
      request.onerror?.(new ProgressEvent("error"));
    }, silence);
  };
  request.addEventListener("loadstart", hear);
  request.upload.addEventListener("progress", hear);
  request.addEventListener("loadend", () => clearTimeout(timer));
}
