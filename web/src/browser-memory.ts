/** What this browser keeps for the page from visit to visit. Where storage is switched off, nothing is kept. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`pixmill-${name}`);
  } catch {
    return null;
  }
}

/** `null` forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`pixmill-${name}`);
    else localStorage.setItem(`pixmill-${name}`, value);
  } catch {
    // Only this tab knows, until it is closed.
  }
}
