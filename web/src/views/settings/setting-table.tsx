import type { Settings } from "../../api/operations.ts";
import { words } from "../../words.ts";

/** Every setting of the API process, as `pixmill config` prints it. What was set stands out from the defaults. */
export function SettingTable({ settings }: Pick<Settings, "settings">) {
  const say = words.value.settings;
  return (
    <section aria-labelledby="settings-title">
      <h3 id="settings-title">{say.inForce}</h3>
      <ul class="settings">
        {settings.map(({ name, value, source, sentence }) => (
          <li key={name} class={source === "default" ? "setting" : "setting setting-given"}>
            <code class="setting-name">{name}</code>
            <span class="setting-value">
              <code>{value ?? say.nothing}</code>
              <span class="hint">{say.sources[source]}</span>
            </span>
            <span class="hint setting-sentence" lang="en">
              {sentence.replaceAll("`", "")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
