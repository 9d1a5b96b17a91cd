import { batches } from "./en/batches.ts";
import { failures } from "./en/failures.ts";
import { gallery } from "./en/gallery.ts";
import { problems } from "./en/problems.ts";
import { settings } from "./en/settings.ts";
import { viewer } from "./en/viewer.ts";
import { webhooks } from "./en/webhooks.ts";
import { wish } from "./en/wish.ts";
import { workers } from "./en/workers.ts";

const plural = (one: string, many: string) => (number: number) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
const images = plural("image", "images");
const files = plural("file", "files");

/** Roughly: nobody plans by the second what takes minutes. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}

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
    themes: { system: "System", light: "Light", dark: "Dark" },
    leave: "Leave",
    loading: "Loading…",
    notLoaded: "This part of the page could not be loaded yet. It is tried again and again.",
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
    pause: "Pause",
    resume: "Go on",
    cancelAll: "Cancel all",
    dismissAll: "Dismiss all",
    tryAgain: "Try again",
    download: "Download",
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
    hint: "or folders of them, or paste one. JPEG, PNG, WebP, GIF, AVIF, HEIC and TIFF.",
    choose: "Choose images",
    chooseFolder: "Choose a folder",
    takePhoto: "Take a photo",
    addressLabel: "Or an address",
    addressSend: "Fetch",
    addressesSent: (number: number) => `${images(number)} will be fetched.`,
    noAddress: (text: string) =>
      `“${text}” is no address of the web: it should begin with https:// or http://.`,
    tooManyAddresses: (most: number) => `These are more than ${most} addresses, the most at once.`,
  },
  uploads: {
    sending: "Sending",
    list: "Files on their way",
    paused: "paused",
    interrupted: "the service does not answer, trying again",
    remaining: (seconds: number) => `${duration(seconds)} left`,
    overall: "Sent of all files",
    progress: (settled: number, of: number, percent: number, bytes: string) =>
      `${settled.toLocaleString("en")} of ${files(of)}, ${percent} % of ${bytes}`,
    sentFiles: (settled: number, of: number) => `${settled.toLocaleString("en")} of ${files(of)} sent.`,
    allOver: (number: number) => `Nothing is left to send of ${files(number)}.`,
    sentOf: (name: string) => `Sent of ${name}`,
    waits: "waits",
    notTaken: (number: number) => `Not taken: ${files(number)}`,
    retryAll: (number: number) => `Retry all ${number.toLocaleString("en")}`,
    showMore: (number: number) => `Show ${number.toLocaleString("en")} more`,
    refused: "Refused",
    lost: "Not sent",
    wasRefused: (name: string, reason: string) => `${name} was refused. ${reason}`,
    wasLost: (name: string, reason: string) => `${name} was not sent. ${reason}`,
    wereRefused: (number: number) => `${files(number)} were refused.`,
    wereLost: (number: number) => `${files(number)} were not sent.`,
    refusals: {
      empty: "The file is empty.",
      tooLarge: (limit: string) => `The file is larger than ${limit}, the most that this service takes.`,
      unreadable: "This browser cannot read the file. It may have been moved or changed.",
      notImage: "The file is no image of a format that this service reads. Its content counts, not its name.",
    },
  },
  wish,
  interrupted: {
    title: (unsent: number, all: number) =>
      `${unsent} of ${files(all)} were not sent when this page was closed`,
    again:
      "Choose or drop the same files or their folder again: what is missing goes on where it broke off, and what was sent is left out.",
    forget: "Forget them",
  },
  imageList: {
    titles: { all: "Images", batch: "One batch", image: "One image" },
    all: "All images",
    shown: (number: number) => `${images(number)} shown`,
    inWork: (number: number) => `${number.toLocaleString("en")} in work`,
    failed: (number: number) => `${number.toLocaleString("en")} failed`,
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
    downloadOriginal: (filename: string) => `Download the original ${filename}`,
    downloadVariant: (variant: string, filename: string) => `Download ${variant} of ${filename}`,
    result: (filename: string) => `Result of ${filename}`,
    notMade: "Not made",
    notLoaded: "not loaded",
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
  problems,
  batches,
  failures,
  gallery,
  settings,
  viewer,
  webhooks,
  workers,
};

export type Messages = typeof en;
