import { signal } from "@preact/signals";
import { RequestFailure, sentenceOf } from "../api/problem.ts";
import { refusalOf } from "./check-file.ts";
import { fieldsOf } from "./drop.ts";
import type { FileSender } from "./send-files.ts";
import { settleUpload } from "./settle-upload.ts";
import type { Upload, UploadState } from "./upload.ts";
import { forgetPace, paused, uploadChanged } from "./upload-list.ts";

/** More at a time would only take bandwidth, and the browser's few connections, from each other. */
const atOnce = 4;
/** Milliseconds until what the service could not do just now is asked again. */
const askAgainMs = 1000;

/** The service does not take files just now; it is tried again. */
export const sendingInterrupted = signal(false);

let queue: Upload[] = [];
let under = 0;
let sender: Promise<FileSender> | undefined;
let onSent: (imageId: string) => void = () => {};

/** Says who is told that a file has become an image. */
export function setSent(listener: (imageId: string) => void): void {
  onSent = listener;
}

/** To be sent in their order, after those that wait already. */
export function enqueue(uploads: readonly Upload[]): void {
  queue = [...queue, ...uploads];
  pump();
}

/** Those that wait are not begun any more; what is under way is stopped one by one. */
export function emptyQueue(): void {
  queue = [];
}

/** Stops what is done for an upload that was just cancelled, here and at the service. */
export function stopSending(upload: Upload): void {
  void sender?.then((it) => it.remove(upload));
  ended();
}

export function pauseSending(): void {
  paused.value = true;
  void sender?.then((it) => it.pause());
}

export function resumeSending(): void {
  paused.value = false;
  forgetPace();
  void sender?.then((it) => it.resume());
  pump();
}

function pump(): void {
  while (under < atOnce && !paused.peek()) {
    const upload = queue.shift();
    if (!upload) return;
    if (upload.state !== "waiting") continue;
    under += 1;
    void begin(upload);
  }
}

function ended(): void {
  under -= 1;
  pump();
}

/** Whatever was awaited, the upload may have been cancelled meanwhile. */
const isStill = (upload: Upload, state: UploadState) => upload.state === state;

async function begin(upload: Upload): Promise<void> {
  upload.state = "checking";
  try {
    const reason = await refusalOf(upload);
    if (reason && isStill(upload, "checking")) settleUpload(upload, "refused", reason);
    if (isStill(upload, "checking")) {
      const fields = await fieldsOf(upload.drop);
      const ready = await loadSender();
      if (isStill(upload, "checking") && !paused.peek()) return start(upload, ready, fields);
      if (isStill(upload, "checking")) putBack(upload);
    }
  } catch (error) {
    if (isStill(upload, "checking")) postpone(upload, error);
    else giveUp(upload, error);
  }
  ended();
}

function start(upload: Upload, ready: FileSender, fields: Record<string, string>): void {
  upload.state = "sending";
  uploadChanged(upload);
  ready.send(upload, fields);
}

function putBack(upload: Upload): void {
  upload.state = "waiting";
  queue.unshift(upload);
}

/** Nothing of the file was sent yet: when the service, or this program's own file, is away, it only waits. */
function postpone(upload: Upload, error: unknown): void {
  if (error instanceof RequestFailure && !error.retryable) {
    giveUp(upload, error);
    return;
  }
  sendingInterrupted.value = true;
  upload.state = "waiting";
  setTimeout(() => {
    if (isStill(upload, "waiting")) queue.unshift(upload);
    pump();
  }, askAgainMs);
}

function giveUp(upload: Upload, error: unknown): void {
  if (isStill(upload, "cancelled")) return;
  // What was refused for want of a key can be sent once there is one.
  const isLost = !(error instanceof RequestFailure) || error.retryable || error.status === 401;
  settleUpload(upload, isLost ? "lost" : "refused", sentenceOf(error));
}

function flows(): void {
  if (sendingInterrupted.peek()) forgetPace();
  sendingInterrupted.value = false;
}

function loadSender(): Promise<FileSender> {
  sender ??= import("./send-files.ts").then(({ createFileSender }) =>
    createFileSender(atOnce, {
      progress(upload, sent) {
        flows();
        upload.sent = sent;
        uploadChanged(upload);
      },
      sent(upload, imageId) {
        flows();
        settleUpload(upload, "sent");
        onSent(imageId);
        ended();
      },
      failed(upload, failure) {
        giveUp(upload, failure);
        ended();
      },
      interrupted() {
        sendingInterrupted.value = true;
      },
    }),
  );
  sender.catch(() => {
    sender = undefined;
  });
  return sender;
}
