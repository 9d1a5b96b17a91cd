/** Milliseconds within which whoever takes the focus by itself has taken it. */
const patience = 100;

/**
 * Puts the focus on the heading of what it stood in when its element goes: a row is deleted, a button is no longer
 * offered. Browsers drop it, and the keyboard would begin at the top of the page.
 */
export function keepFocus(): void {
  /** The element that had the focus last, and all around it. */
  let way: readonly Element[] = [];
  const isDropped = () => way[0]?.isConnected === false && document.activeElement === document.body;
  document.addEventListener("focusin", (event) => {
    way = event.composedPath().filter((part) => part instanceof Element);
  });
  new MutationObserver(() => {
    if (isDropped()) setTimeout(() => isDropped() && placeOn(way)?.focus({ preventScroll: true }), patience);
  }).observe(document.body, { childList: true, subtree: true });
}

/** The heading of the nearest part that is still there, else the content. */
function placeOn(way: readonly Element[]): HTMLElement | null {
  const part = way.find((element) => element.isConnected)?.closest("[aria-labelledby]");
  const heading = document.getElementById(part?.getAttribute("aria-labelledby") ?? "main");
  if (heading && !heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  return heading ?? document.getElementById("main");
}
