import { en } from "../messages/en.ts";
import { id } from "../messages/id.ts";
import { chooseTheme, theme, themes } from "../theme.ts";
import { chooseLanguage, language, languages, words } from "../words.ts";

const names = { en: en.languageName, id: id.languageName };

/** How the page looks and speaks, for this browser alone. */
export function Preferences() {
  const { shell } = words.value;
  return (
    <div class="preferences">
      <select
        aria-label={shell.theme}
        title={shell.theme}
        value={theme.value}
        onChange={({ currentTarget }) => {
          const chosen = themes.find((name) => name === currentTarget.value);
          if (chosen) chooseTheme(chosen);
        }}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {shell.themes[name]}
          </option>
        ))}
      </select>
      <select
        aria-label={shell.language}
        title={shell.language}
        value={language.value}
        onChange={({ currentTarget }) => {
          const chosen = languages.find((code) => code === currentTarget.value);
          if (chosen) chooseLanguage(chosen);
        }}
      >
        {languages.map((code) => (
          <option key={code} value={code} lang={code}>
            {names[code]}
          </option>
        ))}
      </select>
    </div>
  );
}
