import "./recipe-text.css";
import { useSignal } from "@preact/signals";
import { serviceUrl } from "../api/call.ts";
import { inSession } from "../api/session.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { words } from "../words.ts";
import { curlOf, jsonOf } from "./recipe.ts";
import { wish } from "./wish.ts";

/** The wish as a command, and as the body of a request. */
export function RecipeText() {
  const kind = useSignal<"curl" | "json">("curl");
  const { recipe, copy } = words.value.wish;
  const base = serviceUrl("/");
  const text =
    kind.value === "curl" ? curlOf(wish.value, { base, needsKey: inSession.value }) : jsonOf(wish.value);
  return (
    <div class="recipe">
      <div class="recipe-head">
        {(["curl", "json"] as const).map((name) => (
          <button
            key={name}
            type="button"
            class="small"
            aria-pressed={kind.value === name}
            onClick={() => {
              kind.value = name;
            }}
          >
            {name === "curl" ? "curl" : "JSON"}
          </button>
        ))}
        <CopyButton label={copy} subject={kind.value === "curl" ? "curl" : "JSON"} text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="recipe-text" tabIndex={0} aria-label={recipe}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
    </div>
  );
}
