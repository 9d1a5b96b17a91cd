import { connectionLost } from "../watch.ts";

export function ConnectionNotice() {
  if (!connectionLost.value) return null;
  return (
    <p class="notice" role="status">
      The service does not answer just now. This page keeps trying; nothing that was sent is lost.
    </p>
  );
}
