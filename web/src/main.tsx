import { effect } from "@preact/signals";
import { render } from "preact";
import { followAddress } from "./address.ts";
import { loadFirst } from "./live/load.ts";
import { expectImage } from "./live/newcomers.ts";
import { scope } from "./live/scope.ts";
import { watch } from "./live/watch.ts";
import { locked } from "./service/api.ts";
import { App } from "./shell/app.tsx";
import { applyTheme } from "./theme.ts";
import { announceProgress } from "./uploads/announce-progress.ts";
import { setSent } from "./uploads/pump.ts";
import { findInterrupted } from "./uploads/resume.ts";
import { sendsSomething } from "./uploads/upload-list.ts";
import { applyLanguage } from "./words.ts";

applyTheme();
applyLanguage();
followAddress();
setSent(expectImage);
announceProgress();
void findInterrupted();
effect(() => {
  if (scope.value && !locked.value) void loadFirst();
});
watch();

addEventListener("beforeunload", (event) => {
  // Leaving now would cut off what is being sent.
  if (sendsSomething.value) event.preventDefault();
});

const root = document.getElementById("app");
if (root) render(<App />, root);
