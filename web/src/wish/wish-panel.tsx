import "./wish-panel.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sentenceOf } from "../api/problem.ts";
import { words } from "../words.ts";
import { lookAtPresets, presets } from "./presets.ts";
import { RecipeText } from "./recipe-text.tsx";
import { variantsSummary } from "./summary.ts";
import { VariantBuilder } from "./variant-builder.tsx";
import { choosePreset, chosenPreset } from "./wish.ts";

/** A preset of the service, or variants of one's own; and the same for those who would rather script it. */
export function WishPanel() {
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    lookAtPresets().catch((error: unknown) => {
      problem.value = sentenceOf(error);
    });
  }, []);

  const { choice, own, ownHint } = words.value.wish;
  return (
    <div class="wish-panel">
      {problem.value && (
        <p class="reason" role="alert">
          {problem}
        </p>
      )}
      <fieldset class="wish-choice">
        <legend>{choice}</legend>
        {presets.value.map(({ name, variants }) => (
          <WishRadio key={name} value={name} label={name} hint={variantsSummary(variants)} />
        ))}
        <WishRadio value={null} label={own} hint={ownHint} />
      </fieldset>
      {chosenPreset.value === null && <VariantBuilder />}
      <RecipeText />
    </div>
  );
}

function WishRadio({ value, label, hint }: { value: string | null; label: string; hint: string }) {
  return (
    <label class="wish-radio">
      <input
        type="radio"
        name="wish"
        checked={chosenPreset.value === value}
        onChange={() => choosePreset(value)}
      />
      <span>
        {label} <span class="hint">{hint}</span>
      </span>
    </label>
  );
}
