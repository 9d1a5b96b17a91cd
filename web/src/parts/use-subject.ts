import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The one thing that a view shows, for the title: entries of the history, and pages, are told apart by it. */
export const subject = signal<string | null>(null);

/** `null` while it is not known. */
export function useSubject(name: string | null): void {
  useEffect(() => {
    subject.value = name;
    return () => {
      subject.value = null;
    };
  }, [name]);
}
