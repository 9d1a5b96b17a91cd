import "./settings.css";
import { getSettings, type Settings } from "../../api/operations.ts";
import { formatLimit, formatSides } from "../../figures.ts";
import { formatNumber } from "../../parts/times.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useAnswer } from "../../parts/use-answer.ts";
import { words } from "../../words.ts";
import { Presets } from "./presets.tsx";
import { SettingTable } from "./setting-table.tsx";

/** What the service takes, makes by itself, and was told. */
export function SettingsView() {
  const say = words.value.settings;
  const { value, trouble, again } = useAnswer(getSettings);
  return (
    <>
      <h2>{words.value.views.settings}</h2>
      <TroubleNotice trouble={trouble.value} onAgain={again} />
      {value.value && <Limits limits={value.value.limits} />}
      <Presets />
      {value.value && <SettingTable settings={value.value.settings} />}
      {!value.value && !trouble.value && <p class="hint">{words.value.shell.loading}</p>}
      <p class="hint">{say.hint}</p>
    </>
  );
}

function Limits({ limits }: { limits: Settings["limits"] }) {
  const say = words.value.settings;
  const { maxFileBytes, maxPixels, maxSide, maxFrames, formats } = limits;
  return (
    <section aria-labelledby="limits-title">
      <h3 id="limits-title">{say.limits}</h3>
      <dl class="limits">
        <div>
          <dt>{say.fileSize}</dt>
          <dd>{formatLimit(maxFileBytes)}</dd>
        </div>
        <div>
          <dt>{say.pixels}</dt>
          <dd>{formatNumber(maxPixels)}</dd>
        </div>
        <div>
          <dt>{say.sides}</dt>
          <dd>{formatSides({ width: maxSide, height: maxSide })}</dd>
        </div>
        <div>
          <dt>{say.frames}</dt>
          <dd>{formatNumber(maxFrames)}</dd>
        </div>
        <div class="limits-formats">
          <dt>{say.formats}</dt>
          <dd>{formats.map(({ name }) => name.toUpperCase()).join(", ")}</dd>
        </div>
      </dl>
    </section>
  );
}
