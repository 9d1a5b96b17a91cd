import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { render } from "../../src/engine/child/render.ts";
import { sourceName } from "../../src/engine/image-engine.ts";
import { readHeader } from "../../src/image/read-header.ts";
import { rangedFile } from "../pictures/index.ts";
import { requestFor, testLimits } from "../support/render-request.ts";
import { type InputName, inputs } from "./inputs.ts";
import { type GoldenRow, rows } from "./rows.ts";

/** What is kept of a result: its shape, how it looks from afar, and how much fine detail it has. */
export interface Fingerprint {
  /** Format, width × height, frames. */
  readonly shape: string;
  /** 12×12 means of the picture, all frames one below the other, on magenta where it is transparent: RGB, base64. */
  readonly cells: string;
  /** The mean step between neighbours in a row, of 255: blur lowers it, sharpening raises it. */
  readonly detail: number;
}

const side = 12;

/** The results of all rows, made now. */
export async function makeFingerprints(): Promise<Readonly<Record<string, Fingerprint>>> {
  const made: Record<string, Fingerprint> = {};
  for (const input of Object.keys(inputs) as InputName[]) {
    Object.assign(
      made,
      await fingerprintsOf(
        input,
        rows.filter((row) => row.input === input),
      ),
    );
  }
  return made;
}

async function fingerprintsOf(input: InputName, wanted: readonly GoldenRow[]) {
  const folder = await mkdtemp(join(tmpdir(), "pixmill-golden-"));
  try {
    const content = await inputs[input]();
    await writeFile(join(folder, sourceName), content);
    const header = await readHeader(rangedFile(content).read, content.length, { svg: true });
    const limits = { ...testLimits, svg: true };
    const made: Record<string, Fingerprint> = {};
    for (const { name, asked } of wanted) {
      // One at a time: whether sharing a decode changes a picture is another test's question.
      const { rendered } = await render({ ...requestFor(folder, asked), header, limits });
      const [file] = rendered;
      if (file) made[name] = await fingerprint(join(folder, file.file), file.format);
    }
    return made;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fingerprint(path: string, format: string): Promise<Fingerprint> {
  const { pages = 1, width, height } = await sharp(path).metadata();
  const flat = () => sharp(path, { pages: -1 }).flatten({ background: "#ff00ff" }).toColourspace("srgb");
  const whole = await flat().raw().toBuffer({ resolveWithObject: true });
  const { width: across, height: down, channels } = whole.info;
  const raw = { width: across, height: down, channels };
  const cells = await sharp(whole.data, { raw })
    .resize(side, side, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  return {
    shape: `${format} ${width}×${height}, ${pages}`,
    cells: cells.toString("base64"),
    detail: Number(detailOf(whole.data, across, channels).toFixed(3)),
  };
}

function detailOf(data: Buffer, width: number, channels: number): number {
  let steps = 0;
  const rowLength = width * channels;
  for (let at = channels; at < data.length; at += 1) {
    if (at % rowLength >= channels) steps += Math.abs((data[at] ?? 0) - (data[at - channels] ?? 0));
  }
  return steps / data.length;
}
