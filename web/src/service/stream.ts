import type { Scope } from "../live/scope.ts";
import { type Image, serviceUrl } from "./api.ts";

const imageEvents = ["image.queued", "image.processing", "image.done", "image.failed", "image.cancelled"];
const reopenAfter = 10_000;

interface StreamListener {
  image(image: Image): void;
  /** It flows (again): what happened before is to be looked up. */
  opened(): void;
  interrupted(): void;
  /** The service has no such stream. */
  missing(): void;
}

/**
 * Follows the service's event stream. The browser itself reconnects after a cut, with `Last-Event-ID`; only an
 * answer with an error status ends it. Returns the way to close it: each stream holds one of the few connections
 * that a browser keeps to a host, for all its tabs together.
 */
export function openStream(scope: Scope, listener: StreamListener): () => void {
  const query = scope.kind === "all" ? "" : `?${scope.kind}Id=${encodeURIComponent(scope.id)}`;
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let everOpened = false;

  const open = () => {
    source = new EventSource(serviceUrl(`/v1/events${query}`));
    source.onopen = () => {
      everOpened = true;
      listener.opened();
    };
    source.onerror = () => {
      listener.interrupted();
      if (source.readyState !== EventSource.CLOSED) return;
      if (everOpened) timer = setTimeout(open, reopenAfter);
      else listener.missing();
    };
    source.addEventListener("reset", () => listener.opened());
    for (const type of imageEvents) {
      source.addEventListener(type, (event: MessageEvent<string>) => {
        listener.image(JSON.parse(event.data) as Image);
      });
    }
  };

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
