import { batches } from "./en/batches.ts";
import { failures } from "./en/failures.ts";
import { gallery } from "./en/gallery.ts";
import { settings } from "./en/settings.ts";
import { viewer } from "./en/viewer.ts";
import { webhooks } from "./en/webhooks.ts";
import { workers } from "./en/workers.ts";

const plural = (one: string, many: string) => (number: number) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
const images = plural("image", "images");
const files = plural("file", "files");

/** The sentences of the page, by the part that says them. `id.ts` must have the same. */
export const en = {
  /** Its own name, for the choice of languages. */
  languageName: "English",
  images,
  files,
  shell: {
    skip: "Skip to the content",
    navigation: "Views",
    language: "Language",
    theme: "Appearance",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    leave: "Leave",
    loading: "Loading…",
    notLoaded: "This part of the page could not be loaded.",
    reload: "Reload the page",
    connectionLost:
      "The service does not answer just now. This page keeps trying; nothing that was sent is lost.",
    dropHere: "Drop to send",
  },
  views: {
    images: "Images",
    gallery: "Results",
    viewer: "One image",
    batches: "Batches",
    workers: "Workers",
    failures: "Failures",
    webhooks: "Webhooks",
    settings: "Settings",
  },
  actions: {
    retry: "Retry",
    cancel: "Cancel",
    dismiss: "Dismiss",
    delete: "Delete",
    keep: "Keep",
    tryAgain: "Try again",
    download: "Download",
    open: "Open",
    /** For those who hear the button alone: what it does, and to what. */
    on: (action: string, subject: string) => `${action} ${subject}`,
    copied: "Copied",
    notCopied: "Not copied",
    deleteForGood: "Delete for good?",
  },
  key: {
    title: "This service asks for an API key",
    label: "API key",
    enter: "Enter",
    hint: "This browser keeps a session of twelve hours, not the key.",
  },
  intake: {
    label: "Send images",
    leadTall: "Drop images anywhere on this page",
    lead: "Drop images anywhere",
    hint: "or paste one. JPEG, PNG, WebP, GIF, AVIF, HEIC and TIFF.",
    choose: "Choose images",
    isFolder: "It is a folder. Drop the images that are in it.",
  },
  uploads: {
    sending: "Sending",
    notTaken: "Not taken",
    retryAll: (number: number) => `Retry all ${number}`,
    overall: "Sent of all files",
    progress: (settled: number, of: number, percent: number, bytes: string) =>
      `${settled} of ${files(of)}, ${percent} % of ${bytes}`,
    sentOf: (name: string) => `Sent of ${name}`,
    bytesOf: (sent: string, all: string) => `${sent} of ${all}`,
    waitingForAnswer: "Sent, waiting for the answer",
    states: { waiting: "Waiting to be sent", sending: "Sending", refused: "Refused", lost: "Not sent" },
    wasRefused: (name: string, reason: string) => `${name} was refused. ${reason}`,
    wasLost: (name: string, reason: string) => `${name} was not sent. ${reason}`,
  },
  imageList: {
    titles: { all: "Images", batch: "One batch", image: "One image" },
    all: "All images",
    shown: (number: number) => `${images(number)} shown`,
    inWork: (number: number) => `${number} in work`,
    failed: (number: number) => `${number} failed`,
    more: "Load more",
    none: "There are no images here.",
  },
  image: {
    states: {
      queued: "Queued",
      processing: "Processing",
      done: "Done",
      failed: "Failed",
      cancelled: "Cancelled",
    },
    original: "Original",
    openOriginal: (filename: string) => `Open the original ${filename}`,
    downloadVariant: (variant: string, filename: string) => `Download ${variant} of ${filename}`,
    result: (filename: string) => `Result of ${filename}`,
    notMade: "Not made",
    notMadeYet: "Not made yet",
    sameSize: "the same size",
    smaller: (percent: string) => `${percent} % smaller`,
    larger: (percent: string) => `${percent} % larger`,
  },
  news: {
    changed: (number: number) => `${images(number)} changed.`,
    done: (filename: string, bytes: string | null) => `${filename} is done${bytes ? `, ${bytes}` : ""}.`,
    failed: (filename: string, reason: string) => `${filename} failed. ${reason}`.trim(),
    cancelled: (filename: string) => `${filename} is cancelled.`,
    deleted: (filename: string) => `${filename} is deleted.`,
  },
  /** How the stream of events stands. */
  live: { open: "Live", opening: "Connecting…", lost: "Reconnecting…" },
  problems: {
    unreachable: "The connection to the service was lost.",
    status: (status: number) => `The service answered with status ${status}.`,
    unknown: "Something went wrong in this page.",
  },
  batches,
  failures,
  gallery,
  settings,
  viewer,
  webhooks,
  workers,
};

export type Messages = typeof en;
