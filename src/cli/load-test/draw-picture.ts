import { crc32, deflateSync } from "node:zlib";

/** How much a pixel may differ from the shapes that it lies in, as a sensor's noise does; of 255. */
const grain = 24;
const waves = 5;

/**
 * A PNG of soft colours under grain, as `width × height` pixels. Another seed is another picture, the same seed
 * the same picture (PNG, third edition: 8 bits of red, green and blue, no filter).
 */
export function drawPicture({
  width,
  height,
  seed,
}: {
  width: number;
  height: number;
  seed: number;
}): Buffer {
  const random = randomNumbers(seed);
  const shapes = Array.from({ length: 3 * waves }, () => ({
    x: ((random() - 0.5) * 40) / width,
    y: ((random() - 0.5) * 40) / height,
    phase: random() * 2 * Math.PI,
  }));
  const rows = Buffer.alloc((1 + 3 * width) * height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    at += 1;
    for (let x = 0; x < width; x++) {
      const noise = (random() - 0.5) * 2 * grain;
      for (let channel = 0; channel < 3; channel++) {
        let light = 128 + noise;
        for (let wave = channel; wave < shapes.length; wave += 3) {
          const shape = shapes[wave];
          if (shape) light += (100 / waves) * Math.sin(shape.x * x + shape.y * y + shape.phase);
        }
        rows[at++] = Math.max(0, Math.min(255, light));
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const pixels = deflateSync(rows, { level: 1 });
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** From 0 to 1, a linear congruential generator: enough for noise, and the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
