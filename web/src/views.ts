import { computed } from "@preact/signals";
import type { ComponentType } from "preact";
import { address, type ViewName } from "./address.ts";
import type { Messages } from "./messages/en.ts";

/** One place of the page, with its link in the navigation. */
interface View {
  readonly title: (words: Messages) => string;
  /** Fetched when it is first wanted, so that the page itself stays small, or once there is nothing else to do. */
  readonly load: () => Promise<ComponentType>;
  /** It shows one thing, to which links lead: it has no link in the navigation. */
  readonly isOfOneThing?: boolean;
}

/**
 * Every view, in the order of the navigation. To add one: a folder `views/<name>/` whose file `<name>-view.tsx`
 * exports one component, its title in `messages/`, its row here. The component stands in `<main>` and begins with
 * an `<h2>`; it reads what it is to show from `address`, and is made anew each time that it is opened: what must
 * outlive it is a signal in a module.
 */
const table = {
  images: {
    title: (words) => words.views.images,
    load: async () => (await import("./views/images/images-view.tsx")).ImagesView,
  },
  gallery: {
    title: (words) => words.views.gallery,
    load: async () => (await import("./views/gallery/gallery-view.tsx")).GalleryView,
  },
  viewer: {
    title: (words) => words.views.viewer,
    load: async () => (await import("./views/viewer/viewer-view.tsx")).ViewerView,
    isOfOneThing: true,
  },
  batches: {
    title: (words) => words.views.batches,
    load: async () => (await import("./views/batches/batches-view.tsx")).BatchesView,
  },
  workers: {
    title: (words) => words.views.workers,
    load: async () => (await import("./views/workers/workers-view.tsx")).WorkersView,
  },
  failures: {
    title: (words) => words.views.failures,
    load: async () => (await import("./views/failures/failures-view.tsx")).FailuresView,
  },
  webhooks: {
    title: (words) => words.views.webhooks,
    load: async () => (await import("./views/webhooks/webhooks-view.tsx")).WebhooksView,
  },
  settings: {
    title: (words) => words.views.settings,
    load: async () => (await import("./views/settings/settings-view.tsx")).SettingsView,
  },
} as const satisfies Partial<Record<ViewName, View>>;

type BuiltView = keyof typeof table;

export const views = Object.entries(table) as [BuiltView, View][];

/** The view that the address names; the images where it names none that there is. */
export const currentView = computed<BuiltView>(() => {
  const { view } = address.value;
  return views.find(([name]) => name === view)?.[0] ?? "images";
});

export function viewOf(name: BuiltView): View {
  return table[name];
}

/** Fetches all of them: together they are small. */
export function loadViews(): void {
  for (const [, { load }] of views) load().catch(() => {});
}
