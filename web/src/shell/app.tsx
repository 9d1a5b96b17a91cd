import "../styles/base.css";
import "../styles/controls.css";
import "../styles/rows.css";
import "./app.css";
import { locked } from "../api/call.ts";
import { words } from "../words.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { DropTarget } from "./drop-target.tsx";
import { KeyForm } from "./key-form.tsx";
import { LiveRegion } from "./live-region.tsx";
import { Masthead } from "./masthead.tsx";
import { ViewHost } from "./view-host.tsx";

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        {words.value.shell.skip}
      </a>
      <DropTarget />
      <Masthead />
      <main id="main" tabIndex={-1}>
        <ConnectionNotice />
        {locked.value ? <KeyForm /> : <ViewHost />}
      </main>
      <LiveRegion />
    </>
  );
}
