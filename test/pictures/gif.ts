interface Frame {
  readonly left?: number;
  readonly top?: number;
  readonly width: number;
  readonly height: number;
}

const u16 = (value: number) => [value & 0xff, value >> 8];

/** Black pixels, each code followed by a clear so that the code size stays at three bits. */
function frameBytes({ left = 0, top = 0, width, height }: Frame): Buffer {
  const codes: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) codes.push(4, 0);
  codes.push(5);
  const packed = Buffer.alloc(Math.ceil((codes.length * 3) / 8));
  for (const [index, code] of codes.entries()) {
    for (let bit = 0; bit < 3; bit++) {
      const at = index * 3 + bit;
      if (code & (1 << bit)) packed[at >> 3] = (packed[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  const parts = [Buffer.from([0x2c, ...u16(left), ...u16(top), ...u16(width), ...u16(height), 0, 2])];
  for (let at = 0; at < packed.length; at += 255) {
    const piece = packed.subarray(at, at + 255);
    parts.push(Buffer.from([piece.length]), piece);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

const control = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);

/** A valid GIF of two colours, of any screen and any frames, as small as can be. */
export function gif(screen: { width: number; height: number }, frames: readonly Frame[]): Buffer {
  const head = Buffer.from([...u16(screen.width), ...u16(screen.height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  const bodies = frames.flatMap((frame) => [control, frameBytes(frame)]);
  return Buffer.concat([Buffer.from("GIF89a", "latin1"), head, ...bodies, Buffer.from([0x3b])]);
}

/** `count` frames of `side` pixels square. 20,000 frames of one pixel have 460 kB. */
export function gifFrames(count: number, side = 1): Buffer {
  const whole = gif({ width: side, height: side }, [{ width: side, height: side }]);
  const frame = whole.subarray(19, -1);
  return Buffer.concat([
    whole.subarray(0, 19),
    ...Array.from({ length: count }, () => frame),
    whole.subarray(-1),
  ]);
}
