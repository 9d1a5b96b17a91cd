import { signal } from "@preact/signals";

/** Each is a folder in `views/`, and a row of the table in `views.ts` as soon as it is built. */
export type ViewName =
  | "images"
  | "gallery"
  | "viewer"
  | "batches"
  | "workers"
  | "failures"
  | "webhooks"
  | "settings";

/** Where the page is: `/?view=<name>`, and what of it. Without a view, as in `/?batch=<id>`, it is the images. */
export interface Address {
  /** As it was written: there may be no such view. */
  readonly view: string;
  /** The rest of the query. */
  readonly parameters: ReadonlyMap<string, string>;
}

export const address = signal<Address>(parseAddress(""));

export function parseAddress(search: string): Address {
  const parameters = new Map(new URLSearchParams(search));
  const view = parameters.get("view") || "images";
  parameters.delete("view");
  return { view, parameters };
}

/** The address of a view, for the `href` of a link. It is relative: the page may live behind a prefix. */
export function hrefOf(view: ViewName, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...(view !== "images" && { view }), ...parameters }).toString();
  return query ? `./?${query}` : "./";
}

/** Goes where a link to `href` would, without loading the page again. */
export function go(href: string): void {
  const { pathname, search } = new URL(href, document.baseURI);
  if (search !== location.search) history.pushState(null, "", pathname + search);
  address.value = parseAddress(search);
}

/** Follows the address bar, back and forward included, and every plain link within the page. */
export function followAddress(): void {
  const adopt = () => {
    address.value = parseAddress(location.search);
  };
  adopt();
  addEventListener("popstate", adopt);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || !staysHere(link, event)) return;
    event.preventDefault();
    go(link.href);
    scrollTo(0, 0);
  });
}

/** Whether the click is a plain one, on a link to a view of this page. */
function staysHere(link: HTMLAnchorElement, event: MouseEvent): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.hasAttribute("download") || link.hash) return false;
  return link.origin === location.origin && link.pathname === location.pathname;
}
