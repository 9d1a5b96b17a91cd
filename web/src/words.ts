import { computed, effect, signal } from "@preact/signals";
import { recall, remember } from "./browser-memory.ts";
import { en, type Messages } from "./messages/en.ts";
import { id } from "./messages/id.ts";

const tables = { en, id } as const satisfies Record<string, Messages>;

export type Language = keyof typeof tables;
export const languages = Object.keys(tables) as Language[];

export const language = signal<Language>(
  languages.find((code) => code === recall("language")) ?? ofBrowser(),
);

/** Every sentence of the page, in the language that was chosen. */
export const words = computed<Messages>(() => tables[language.value]);

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember("language", chosen);
}

/** Tells assistive technology which language it reads. */
export function applyLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

/** The first of the browser's languages that the page speaks. `in` is the old code of Indonesian. */
function ofBrowser(): Language {
  const wanted = navigator.languages ?? [navigator.language];
  const spoken = wanted
    .map((tag) => tag.toLowerCase().split("-", 1)[0])
    .map((code) => (code === "in" ? "id" : code));
  return spoken.map((code) => languages.find((language) => language === code)).find(Boolean) ?? "en";
}
