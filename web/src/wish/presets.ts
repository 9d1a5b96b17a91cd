import { effect, signal } from "@preact/signals";
import { locked } from "../api/call.ts";
import { listPresets, type Preset } from "../api/operations.ts";
import { choosePreset, chosenPreset } from "./wish.ts";

/** The service's presets; none until it has told them. */
export const presets = signal<readonly Preset[]>([]);

/** Asks for them. One that was chosen here may have been taken out since. Throws `RequestFailure`. */
export async function lookAtPresets(): Promise<void> {
  const list = await listPresets();
  presets.value = list;
  const isGone = chosenPreset.value !== null && !list.some(({ name }) => name === chosenPreset.value);
  if (isGone) choosePreset("default");
}

effect(() => {
  if (!locked.value) lookAtPresets().catch(() => {});
});
