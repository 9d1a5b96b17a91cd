import { connectionLost } from "../live/watch.ts";
import { words } from "../words.ts";

export function ConnectionNotice() {
  if (!connectionLost.value) return null;
  return (
    <p class="notice" role="status">
      {words.value.shell.connectionLost}
    </p>
  );
}
