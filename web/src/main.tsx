import { effect } from "@preact/signals";
import { render } from "preact";
import { locked } from "./api.ts";
import { App } from "./components/app.tsx";
import { absorb, loadFirst } from "./load.ts";
import { followAddress, scope } from "./scope.ts";
import "./styles.css";
import { pending, setAccepted } from "./uploads.ts";
import { watch } from "./watch.ts";

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
