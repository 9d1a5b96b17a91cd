import { effect, signal } from "@preact/signals";
import { type Address, address, hrefOf, type ViewName } from "../address.ts";

/** The list from which one came to an image: where "back" leads, and what "previous" and "next" mean. */
interface LastList {
  readonly view: ViewName;
  readonly href: string;
  /** In the order in which they stood. */
  readonly ids: readonly string[];
  /** How far it was scrolled, in pixels; 0 once one was elsewhere. */
  readonly top: number;
}

export const lastList = signal<LastList>({ view: "gallery", href: hrefOf("gallery"), ids: [], top: 0 });

effect(() => {
  const { view } = address.value;
  const list = lastList.peek();
  if (view !== "viewer" && hrefTo(address.value) !== list.href) lastList.value = { ...list, top: 0 };
});

/** Remembers the list of ids while it is shown: as it is at the moment when one of them is opened. */
export function rememberList(idsOf: () => readonly string[]): () => void {
  let here = address.peek();
  return effect(() => {
    if (address.value.view !== "viewer") {
      here = address.value;
      return;
    }
    if (here.view === "viewer") return;
    lastList.value = { view: here.view as ViewName, href: hrefTo(here), ids: idsOf(), top: scrollY };
  });
}

/** How far the list that the address names was scrolled when one left it for an image. */
export function leftAt(): number {
  return hrefTo(address.peek()) === lastList.peek().href ? lastList.peek().top : 0;
}

/** The ids before and after one in the order of the list, where there are any. */
export function neighboursOf(
  id: string,
  { ids }: Pick<LastList, "ids">,
): { previous: string | undefined; next: string | undefined } {
  const at = ids.indexOf(id);
  if (at < 0) return { previous: undefined, next: undefined };
  return { previous: ids[at - 1], next: ids[at + 1] };
}

function hrefTo({ view, parameters }: Address): string {
  return hrefOf(view as ViewName, Object.fromEntries(parameters));
}
