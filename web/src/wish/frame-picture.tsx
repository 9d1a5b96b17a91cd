import "./frame-picture.css";
import { useSignal } from "@preact/signals";
import type { Size } from "../../../src/image/geometry.ts";
import type { TransformInput } from "../../../src/image/transform.ts";
import { formatSides } from "../figures.ts";
import { words } from "../words.ts";
import { frameOf } from "./frame.ts";
import { PositionByContent, PositionGrid } from "./position-choice.tsx";
import { Scene } from "./scene.tsx";

/** Pictures to try the frame on, in pixels. */
const shapes = {
  landscape: { width: 3000, height: 2000 },
  portrait: { width: 2000, height: 3000 },
  square: { width: 2400, height: 2400 },
} as const;
type Shape = keyof typeof shapes;

/** The variant's frame on a picture, where its position is chosen, and beside it what comes out. */
export function FramePicture({ variant, index }: { variant: TransformInput; index: number }) {
  const shape = useSignal<Shape>("landscape");
  const source = shapes[shape.value];
  const frame = frameOf(source, variant);
  const { original, result, shapeNames, shapeLabel } = words.value.wish;
  const whole = `0 0 ${source.width} ${source.height}`;
  return (
    <div class="frame">
      <fieldset class="frame-shapes">
        <legend class="unseen">{shapeLabel}</legend>
        {(Object.keys(shapes) as Shape[]).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="frame-shape"
              checked={shape.value === name}
              onChange={() => {
                shape.value = name;
              }}
            />
            {shapeNames[name]}
          </label>
        ))}
      </fieldset>
      <figure>
        <figcaption class="hint">
          {original}, {formatSides(source)}
        </figcaption>
        <div class="frame-original" style={shapeOf(source)}>
          <svg viewBox={whole} aria-hidden="true">
            <Scene size={source} />
            <path class="frame-shade" fill-rule="evenodd" d={shadeOf(source, frame)} />
            <rect class="frame-line" {...inside(source, frame)} />
          </svg>
          {frame.hasPosition && <PositionGrid variant={variant} index={index} />}
        </div>
        {frame.hasPosition && <PositionByContent variant={variant} index={index} />}
      </figure>
      <figure>
        <figcaption class="hint" aria-live="polite">
          {result}, {formatSides(frame.result)}
        </figcaption>
        <svg
          class="frame-result"
          role="img"
          aria-label={`${result}, ${formatSides(frame.result)}`}
          style={shapeOf(frame.result)}
          viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
          preserveAspectRatio={frame.isStretched ? "none" : "xMidYMid meet"}
        >
          <rect class="frame-padding" x={frame.x} y={frame.y} width={frame.width} height={frame.height} />
          <Scene size={source} />
        </svg>
      </figure>
    </div>
  );
}

/** The shape of a picture, as wide as there is room, and never taller than that. */
function shapeOf({ width, height }: Size) {
  const tallest = 18;
  return { aspectRatio: `${width} / ${height}`, maxWidth: `${(tallest * width) / height}rem` };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the frame that lies on the picture. */
function inside({ width, height }: Size, frame: Rectangle): Rectangle {
  const x = Math.max(frame.x, 0);
  const y = Math.max(frame.y, 0);
  return {
    x,
    y,
    width: Math.min(frame.x + frame.width, width) - x,
    height: Math.min(frame.y + frame.height, height) - y,
  };
}

/** The picture without the frame. */
function shadeOf(source: Size, frame: Rectangle): string {
  const { x, y, width, height } = inside(source, frame);
  return `M0 0h${source.width}v${source.height}H0z M${x} ${y}h${width}v${height}h${-width}z`;
}
