import "./masthead.css";
import { hush } from "../announce.ts";
import { locked } from "../api/call.ts";
import { inSession, leave } from "../api/session.ts";
import { ProblemNote } from "../parts/problem-note.tsx";
import { useAction } from "../parts/use-action.ts";
import { forgetUploads } from "../uploads/forget-uploads.ts";
import { words } from "../words.ts";
import { Navigation } from "./navigation.tsx";
import { Preferences } from "./preferences.tsx";

export function Masthead() {
  return (
    <header class="masthead">
      <div class="brand">
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
          <path class="mark-sail" d="M15 15H3A12 12 0 0 1 15 3z" />
          <path d="M17 15V3a12 12 0 0 1 12 12zM17 17h12a12 12 0 0 1-12 12zM15 17v12A12 12 0 0 1 3 17z" />
        </svg>
        <h1>Pixmill</h1>
      </div>
      {!locked.value && <Navigation />}
      <Preferences />
      {inSession.value && !locked.value && <Leave />}
    </header>
  );
}

function Leave() {
  const { busy, problem, run } = useAction();
  const goAway = async () => {
    forgetUploads();
    hush();
    await leave();
  };
  return (
    <>
      <button type="button" class="small" aria-disabled={busy.value} onClick={() => run(goAway)}>
        {words.value.shell.leave}
      </button>
      <ProblemNote problem={problem} />
    </>
  );
}
