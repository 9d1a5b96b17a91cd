import { computed, signal } from "@preact/signals";
import { createPace } from "./remaining-time.ts";
import { isPending, type Upload } from "./upload.ts";

/** What the page shows of all uploads together; a new one at most ten times a second. Sizes are bytes. */
export interface UploadFacts {
  /** Those that are sent now, then those that wait. */
  readonly pending: readonly Upload[];
  /** Those that were refused or lost, in the order in which that came. */
  readonly problems: readonly Upload[];
  readonly lost: number;
  /** Files and bytes since there was last nothing to send. */
  readonly files: number;
  readonly bytes: number;
  readonly settledFiles: number;
  readonly sentBytes: number;
  /** Milliseconds until all are sent, at the pace of the last seconds; `null` while that is not known. */
  readonly remainingMs: number | null;
}

const none: UploadFacts = {
  pending: [],
  problems: [],
  lost: 0,
  files: 0,
  bytes: 0,
  settledFiles: 0,
  sentBytes: 0,
  remainingMs: null,
};

export const uploadFacts = signal<UploadFacts>(none);
export const sendsSomething = computed(() => uploadFacts.value.pending.length > 0);
export const paused = signal(false);

const flushMs = 100;
/** What a file costs beside its bytes, in bytes: its requests. */
const costOfFile = 100_000;

let all: Upload[] = [];
let problems: Upload[] = [];
/** Ids of those that are over since there was last nothing to send, and their bytes. */
let settled = new Set<string>();
let settledBytes = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const pace = createPace();

export function listUploads(uploads: readonly Upload[]): void {
  if (!all.some(isPending)) {
    settled = new Set();
    settledBytes = 0;
    pace.reset();
  }
  for (const upload of uploads) all.push(upload);
  flush();
}

/** To be called after every change of an upload. What it changed is seen within a tenth of a second. */
export function uploadChanged(upload: Upload): void {
  if (!isPending(upload)) settle(upload);
  timer ??= setTimeout(flush, flushMs);
}

/** Nothing was sent for a while: how long that was says nothing of what comes. */
export function forgetPace(): void {
  pace.reset();
}

/** Lost uploads are on their way again. */
export function relistUploads(uploads: readonly Upload[]): void {
  for (const { id, size } of uploads) if (settled.delete(id)) settledBytes -= size;
  dropProblems(uploads);
  listUploads(uploads);
}

/** Takes what was refused or lost off the list. */
export function dropProblems(uploads: readonly Upload[]): void {
  const gone = new Set(uploads);
  problems = problems.filter((upload) => !gone.has(upload));
  flush();
}

export function pendingUploads(): Upload[] {
  return all.filter(isPending);
}

function settle(upload: Upload): void {
  if (upload.state !== "cancelled") {
    settled.add(upload.id);
    settledBytes += upload.size;
  }
  if (upload.state === "refused" || upload.state === "lost") problems.push(upload);
}

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  all = all.filter(isPending);
  const sending = all.filter(({ state }) => state === "sending");
  const sentNow = sending.reduce((sum, { sent }) => sum + sent, 0);
  const bytes = all.reduce((sum, { size }) => sum + size, settledBytes);
  const files = all.length + settled.size;
  const facts = { files, bytes, settledFiles: settled.size, sentBytes: settledBytes + sentNow };
  if (all.length === 0) pace.reset();
  uploadFacts.value = {
    ...facts,
    pending: [...sending, ...all.filter(({ state }) => state !== "sending")],
    problems: [...problems],
    lost: problems.filter(({ state }) => state === "lost").length,
    remainingMs: paused.peek()
      ? null
      : pace.remaining(work(facts.settledFiles, facts.sentBytes), work(files, bytes)),
  };
}

function work(files: number, bytes: number): number {
  return bytes + files * costOfFile;
}
