import { expect, test } from "vitest";
import { pixelsOf } from "../../../test/support/engine-pixels.ts";
import { renderAll } from "../../../test/support/engine-work.ts";
import { sharp } from "./locked-sharp.ts";

const width = 400;
const height = 300;

/** A red disc, 200 pixels across, in the middle of white. */
function disc(): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3, 255);
  for (let at = 0; at < width * height; at += 1) {
    const isInside = Math.hypot((at % width) - 199.5, Math.floor(at / width) - 149.5) < 100;
    if (isInside) pixels.set([220, 20, 20], at * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** How wide and how high the red in a picture is, in pixels. */
async function discOf(file: string) {
  const picture = await pixelsOf(file);
  const columns: number[] = [];
  const rows: number[] = [];
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const [red = 0, green = 0] = picture.at(x, y);
      if (red - green < 100) continue;
      columns.push(x);
      rows.push(y);
    }
  }
  const span = (places: readonly number[]) => Math.max(...places) - Math.min(...places) + 1;
  return { wide: span(columns), high: span(rows) };
}

test("a disc is an egg where it is stretched, and stays round in every other variant of the same picture", async () => {
  const [egg, ...round] = await renderAll(
    await disc(),
    { width: 300, height: 300, fit: "fill" },
    { width: 60, height: 60, fit: "cover" },
    { width: 80, height: 80, fit: "contain", background: "#ffffff" },
    { width: 80 },
  );
  expect(await discOf(egg)).toEqual({ wide: 150, high: 200 });
  for (const file of round) expect(await discOf(file)).toEqual({ wide: 40, high: 40 });
});
