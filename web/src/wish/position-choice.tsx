import type { TransformInput } from "../../../src/image/transform.ts";
import { words } from "../words.ts";
import { changeVariant } from "./wish.ts";

type Position = NonNullable<TransformInput["position"]>;

/** As they lie on the picture, row by row. */
const places: readonly Position[] = [
  "left top",
  "top",
  "right top",
  "left",
  "centre",
  "right",
  "left bottom",
  "bottom",
  "right bottom",
];

interface PositionProps {
  readonly variant: TransformInput;
  readonly index: number;
}

/** Nine places on the picture, one of which the frame holds on to. */
export function PositionGrid({ variant, index }: PositionProps) {
  const { position, positionNames } = words.value.wish;
  return (
    <fieldset class="position-grid">
      <legend class="unseen">{position}</legend>
      {places.map((place) => (
        <label key={place} title={positionNames[place]}>
          <input
            type="radio"
            name="position"
            aria-label={positionNames[place]}
            checked={(variant.position ?? "centre") === place}
            onChange={() => changeVariant(index, { position: place })}
          />
        </label>
      ))}
    </fieldset>
  );
}

/** Or the engine looks for the place in each picture. */
export function PositionByContent({ variant, index }: PositionProps) {
  const { positionNames } = words.value.wish;
  return (
    <div class="position-content">
      {(["attention", "entropy"] as const).map((place) => (
        <label key={place}>
          <input
            type="radio"
            name="position"
            checked={variant.position === place}
            onChange={() => changeVariant(index, { position: place })}
          />
          {positionNames[place]}
        </label>
      ))}
    </div>
  );
}
