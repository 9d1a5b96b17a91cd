import { render } from "preact";
import { followAddress } from "./address.ts";
import { awaitImage } from "./live/news.ts";
import { watch } from "./live/shown-images.ts";
import { App } from "./shell/app.tsx";
import { keepFocus } from "./shell/keep-focus.ts";
import { applyTheme } from "./theme.ts";
import { announceProgress } from "./uploads/announce-progress.ts";
import { setSent } from "./uploads/pump.ts";
import { findInterrupted } from "./uploads/resume.ts";
import { sendsSomething } from "./uploads/upload-list.ts";
import { applyLanguage } from "./words.ts";

applyTheme();
applyLanguage();
followAddress();
setSent(awaitImage);
announceProgress();
void findInterrupted();
watch();
keepFocus();

addEventListener("beforeunload", (event) => {
  // Leaving now would cut off what is being sent.
  if (sendsSomething.value) event.preventDefault();
});

const root = document.getElementById("app");
if (root) render(<App />, root);
