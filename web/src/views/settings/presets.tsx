import { listPresets, type Preset } from "../../api/operations.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useAnswer } from "../../parts/use-answer.ts";
import { words } from "../../words.ts";

type Wanted = Preset["variants"][number];

/** Named lists of variants, as the presets file has them. */
export function Presets() {
  const say = words.value.settings;
  const { value, trouble, again } = useAnswer(listPresets);
  return (
    <section aria-labelledby="presets-title">
      <h3 id="presets-title">{say.presets}</h3>
      <TroubleNotice trouble={trouble.value} onAgain={again} />
      <ul class="presets">
        {value.value?.map((preset) => (
          <li key={preset.name} class="preset">
            <div class="preset-head">
              <h4>{preset.name}</h4>
              <span class="hint">{say.version(preset.version)}</span>
              <CopyButton
                label={say.copyJson}
                subject={preset.name}
                text={JSON.stringify(preset.variants.map(spoken), null, 2)}
              />
            </div>
            <ul class="preset-variants">
              {preset.variants.map((variant) => (
                <li key={variant.name}>
                  <strong>{variant.name}</strong> <span class="hint">{inWords(variant)}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** "400×300 cover webp", with what else is asked for beyond the defaults. */
function inWords(variant: Wanted): string {
  const { name: _, width, height, fit, format, ...rest } = spoken(variant);
  const size = `${width ?? "…"}×${height ?? "…"}`;
  const others = Object.entries(rest).map(([key, value]) => (value === true ? key : `${key} ${value}`));
  return [size, fit, format, ...others].filter((part) => part !== undefined).join(", ");
}

/** Without the defaults, as a person would write it. */
function spoken({ position, enlarge, format, metadata, grayscale, ...rest }: Wanted) {
  return {
    ...rest,
    ...(position !== "centre" && { position }),
    ...(enlarge && { enlarge }),
    ...(format !== "keep" && { format }),
    ...(metadata !== "strip" && { metadata }),
    ...(grayscale && { grayscale }),
  };
}
