import { batch, computed, signal } from "@preact/signals";
import { announce } from "../announce.ts";
import type { Image } from "../service/api.ts";
import { RequestFailure, sentenceOf } from "../service/problem.ts";
import { words } from "../words.ts";
import { sendImage } from "./send-image.ts";

/** A file on its way to the service. It leaves the list when it became an image, or when it is dismissed. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  /** `refused`: sending it again is no use; `lost`: it may be. */
  readonly state: "waiting" | "sending" | "refused" | "lost";
  /** Bytes sent so far. */
  readonly sent: number;
  /** Why it was refused or lost. */
  readonly reason?: string;
}

/** Files and bytes since the page was last without uploads, for the overall progress. */
export interface Round {
  readonly files: number;
  readonly bytes: number;
  readonly settledFiles: number;
  readonly settledBytes: number;
}

/** More at a time would only take bandwidth, and the browser's few connections, from each other. */
const atOnce = 3;
const emptyRound: Round = { files: 0, bytes: 0, settledFiles: 0, settledBytes: 0 };

export const uploads = signal<readonly Upload[]>([]);
export const round = signal<Round>(emptyRound);
export const pending = computed(() => uploads.value.filter(isPending));
/** 0 to 1, of the bytes of this round. */
export const overallProgress = computed(() => {
  const sent = pending.value.reduce((sum, upload) => sum + upload.sent, round.value.settledBytes);
  return round.value.bytes === 0 ? 0 : Math.min(sent / round.value.bytes, 1);
});

const aborts = new Map<string, AbortController>();
let onAccepted: (image: Image) => void = () => {};

/** Says where an accepted file's image goes. */
export function setAccepted(listener: (image: Image) => void): void {
  onAccepted = listener;
}

function isPending(upload: Upload): boolean {
  return upload.state === "waiting" || upload.state === "sending";
}

export function addFiles(files: readonly File[]): void {
  uploads.value = [
    ...uploads.value,
    ...files.map((file): Upload => ({ id: randomId(), file, state: "waiting", sent: 0 })),
  ];
  enterRound(files);
  pump();
}

/** Takes a file that cannot be sent, with the reason to show. */
export function addRefused(file: File, reason: string): void {
  uploads.value = [...uploads.value, { id: randomId(), file, state: "refused", sent: 0, reason }];
  announce(words.value.uploads.wasRefused(file.name, reason));
}

/** Sends lost uploads again, all of them or one. */
export function retryUploads(id?: string): void {
  const again = uploads.value.filter((upload) => upload.state === "lost" && (!id || upload.id === id));
  for (const upload of again) change(upload.id, { state: "waiting", sent: 0, reason: undefined });
  enterRound(again.map((upload) => upload.file));
  pump();
}

/** Stops an upload that is not over, and takes it off the list. */
export function dismissUpload(id: string): void {
  const upload = uploads.value.find((candidate) => candidate.id === id);
  if (!upload) return;
  remove(upload);
  aborts.get(id)?.abort();
  pump();
}

function enterRound(files: readonly File[]): void {
  const base = pending.value.length === files.length ? emptyRound : round.value;
  round.value = {
    ...base,
    files: base.files + files.length,
    bytes: base.bytes + files.reduce((sum, file) => sum + file.size, 0),
  };
}

function pump(): void {
  const free = atOnce - uploads.value.filter((upload) => upload.state === "sending").length;
  const next = uploads.value.filter((upload) => upload.state === "waiting").slice(0, Math.max(free, 0));
  for (const upload of next) void send(upload);
}

async function send(upload: Upload): Promise<void> {
  const abort = new AbortController();
  aborts.set(upload.id, abort);
  change(upload.id, { state: "sending" });
  try {
    const image = await sendImage({
      file: upload.file,
      idempotencyKey: upload.id,
      signal: abort.signal,
      onProgress: (sent) => change(upload.id, { sent }),
    });
    // Together, so that nobody sees the moment between, when there is nothing left to watch.
    batch(() => {
      remove(upload);
      onAccepted(image);
    });
  } catch (error) {
    if (!abort.signal.aborted) giveUp(upload, error);
  } finally {
    aborts.delete(upload.id);
    pump();
  }
}

function giveUp(upload: Upload, error: unknown): void {
  // What was refused for want of a key can be sent once there is one.
  const lost = error instanceof RequestFailure && (error.retryable || error.status === 401);
  const reason = sentenceOf(error);
  settle(upload);
  change(upload.id, { state: lost ? "lost" : "refused", reason });
  const { wasLost, wasRefused } = words.value.uploads;
  announce((lost ? wasLost : wasRefused)(upload.file.name, reason));
}

function remove(upload: Upload): void {
  const current = uploads.value.find((candidate) => candidate.id === upload.id);
  if (current && isPending(current)) settle(upload);
  uploads.value = uploads.value.filter((candidate) => candidate.id !== upload.id);
}

function settle(upload: Upload): void {
  const { settledFiles, settledBytes, ...rest } = round.value;
  round.value = {
    ...rest,
    settledFiles: settledFiles + 1,
    settledBytes: settledBytes + upload.file.size,
  };
}

function change(id: string, fields: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload));
}

/** `crypto.randomUUID` exists only on secure origins; a service on a local network is none. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
