import Uppy from "@uppy/core";
import Tus from "@uppy/tus";
import { serviceUrl } from "../api/call.ts";
import type { RequestFailure } from "../api/problem.ts";
import type { Upload } from "./upload.ts";
import { failureOfAnswer, failureOfRequest, passes } from "./upload-failure.ts";
import { UploadRequests } from "./upload-requests.ts";

/** What becomes of the uploads that were given to `send`. */
export interface SendListener {
  progress(upload: Upload, sentBytes: number): void;
  sent(upload: Upload, imageId: string): void;
  failed(upload: Upload, failure: RequestFailure): void;
  /** The service did not answer just now; it is tried again. */
  interrupted(): void;
}

export interface FileSender {
  send(upload: Upload, fields: Readonly<Record<string, string>>): void;
  /** Gives an upload up, here and at the service. */
  remove(upload: Upload): void;
  pause(): void;
  resume(): void;
}

/** Milliseconds. A service that is being started again is met soon, one that is away for long is waited for. */
const retryDelays = [200, 400, 800, 1500, 3000, ...Array.from({ length: 1000 }, () => 5000)];
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

/**
 * Uppy and its tus plugin. They hold only the few files that are sent now: with each step of each file they copy
 * and walk all that they hold.
 */
export function createFileSender(atOnce: number, listener: SendListener): FileSender {
  const sending = new Map<string, Upload>();
  const uppy = new Uppy({ autoProceed: true, logger: silent }).use(Tus, {
    endpoint: serviceUrl("/v1/uploads"),
    httpStack: new UploadRequests({}),
    limit: atOnce,
    retryDelays,
    // Each upload looks for its own among those that are kept.
    removeFingerprintOnSuccess: true,
    onShouldRetry: (error, _attempt, _options, next) => {
      const failure = failureOfRequest(error);
      if (!passes(failure) || !next(error)) return false;
      if (failure.retryable) listener.interrupted();
      return true;
    },
  });
  // Uppy still works on a file when it tells of its end.
  const end = (id: string) => {
    const upload = sending.get(id);
    sending.delete(id);
    queueMicrotask(() => uppy.removeFile(id));
    return upload;
  };

  uppy.on("upload-progress", (file, { bytesUploaded }) => {
    const upload = file && sending.get(file.id);
    if (upload) listener.progress(upload, Number(bytesUploaded));
  });
  uppy.on("upload-success", (file, { uploadURL }) => {
    const upload = file && end(file.id);
    // The image has the id of the upload.
    if (upload) listener.sent(upload, uploadURL?.split("/").at(-1) ?? "");
  });
  uppy.on("upload-error", (file, _error, response) => {
    const upload = file && end(file.id);
    if (!upload) return;
    const request = (response?.body as { xhr?: XMLHttpRequest } | undefined)?.xhr;
    listener.failed(upload, failureOfAnswer(request?.status, request?.responseText));
  });

  return {
    send(upload, fields) {
      const { file } = upload;
      const id = uppy.addFile({
        name: file.name,
        type: file.type,
        data: file,
        // The drop too: the same file given twice is two uploads.
        meta: { ...fields, filename: file.name, relativePath: `${upload.drop.id}/${upload.key}` },
      });
      sending.set(id, upload);
    },
    remove(upload) {
      const found = [...sending].find(([, candidate]) => candidate === upload);
      if (!found) return;
      sending.delete(found[0]);
      uppy.removeFile(found[0]);
    },
    pause: () => uppy.pauseAll(),
    resume: () => uppy.resumeAll(),
  };
}
