import "./navigation.css";
import { hrefOf } from "../address.ts";
import { currentView, views } from "../views.ts";
import { words } from "../words.ts";

export function Navigation() {
  return (
    <nav class="navigation" aria-label={words.value.shell.navigation}>
      <ul>
        {views
          .filter(([, view]) => !view.isOfOneThing)
          .map(([name, { title }]) => (
            <li key={name}>
              <a href={hrefOf(name)} aria-current={currentView.value === name ? "page" : undefined}>
                {title(words.value)}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  );
}
