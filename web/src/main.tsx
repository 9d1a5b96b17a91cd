import { effect } from "@preact/signals";
import { render } from "preact";
import { followAddress } from "./address.ts";
import { absorb, loadFirst } from "./live/load.ts";
import { scope } from "./live/scope.ts";
import { watch } from "./live/watch.ts";
import { locked } from "./service/api.ts";
import { App } from "./shell/app.tsx";
import { applyTheme } from "./theme.ts";
import { pending, setAccepted } from "./uploads/uploads.ts";
import { applyLanguage } from "./words.ts";

applyTheme();
applyLanguage();
followAddress();
setAccepted((image) => absorb([image]));
effect(() => {
  if (scope.value && !locked.value) void loadFirst();
});
watch();

addEventListener("beforeunload", (event) => {
  // Leaving now would cut off what is being sent.
  if (pending.value.length > 0) event.preventDefault();
});

const root = document.getElementById("app");
if (root) render(<App />, root);
