/**
 * One picture as an HEVC stream (ITU-T H.265), stored and not compressed: every block is "PCM", which each
 * decoder must know. So a test needs no encoder, and gets back the very samples that it gave.
 */
export interface HevcPicture {
  /** The parameter sets, as they stand in a file's `hvcC` box. */
  readonly configuration: Buffer;
  /** The slice with its length before it, as it lies in `mdat`. */
  readonly data: Buffer;
}

interface Planes {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** 8-bit rows of `width`. */
  readonly luma: Uint8Array;
  /** Without it the picture is grey. */
  readonly chroma?: readonly [Uint8Array, Uint8Array];
  /** 2 is 4:2:0, as cameras write it, for even sides; 1 is 4:4:4. */
  readonly subsampling: 1 | 2;
}

const blockSide = 16;

/**
 * Bits a writer puts one after another: `u` of fixed length, `ue` as Exp-Golomb code (9.2).
 */
class BitWriter {
  #bits = "";
  u(length: number, value: number): this {
    this.#bits += value.toString(2).padStart(length, "0");
    return this;
  }
  ue(value: number): this {
    const code = (value + 1).toString(2);
    this.#bits += "0".repeat(code.length - 1) + code;
    return this;
  }
  /** A one and zeros to the end of the byte: what ends a parameter set and a slice's header alike. */
  end(): Buffer {
    const bits = `${this.#bits}1`;
    const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
    return Buffer.from((whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }
}

const nalType = { idr: 20, vps: 32, sps: 33, pps: 34 } as const;

/** Two zeros and a small byte would look like the start of a unit: a three is put between (7.4.2). */
function nalUnit(type: keyof typeof nalType, payload: Buffer): Buffer {
  const out = Buffer.alloc(2 + Math.ceil(payload.length * 1.5));
  out.writeUInt16BE((nalType[type] << 9) | 1);
  let at = 2;
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      out[at++] = 3;
      zeros = 0;
    }
    out[at++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, at);
}

/** `chroma_format_idc`. */
const chromaFormat = ({ chroma, subsampling }: Planes) => (chroma ? { 2: 1, 1: 3 }[subsampling] : 0);

/** Main profile where it is enough, else Format Range Extensions; level 6.2: any size. */
function profile(planes: Planes) {
  const isMain = chromaFormat(planes) === 1;
  return { idc: isMain ? 1 : 4, compatible: isMain ? 0x60000000 : 0x08000000, level: 186 };
}

function profileTierLevel(bits: BitWriter, planes: Planes): BitWriter {
  const { idc, compatible, level } = profile(planes);
  bits.u(3, 0).u(5, idc).u(32, compatible).u(4, 0b1001).u(43, 0).u(1, 0);
  return bits.u(8, level);
}

function videoParameters(planes: Planes): Buffer {
  const bits = new BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, 0).u(1, 1).u(16, 0xffff);
  return profileTierLevel(bits, planes).u(1, 1).ue(0).ue(0).ue(0).u(6, 0).ue(0).u(2, 0).end();
}

/** Blocks of one size, 16, and all of them may be PCM of 8 bits. */
function sequenceParameters(planes: Planes): Buffer {
  const { width, height, chroma, subsampling } = planes;
  const bits = profileTierLevel(new BitWriter().u(4, 0).u(3, 0).u(1, 1), planes);
  const columns = Math.ceil(width / blockSide) * blockSide;
  const rows = Math.ceil(height / blockSide) * blockSide;
  const unit = chroma ? subsampling : 1;
  bits.ue(0).ue(chromaFormat(planes));
  // The planes are stored one after another, not as three pictures.
  if (chromaFormat(planes) === 3) bits.u(1, 0);
  bits.ue(columns).ue(rows).u(1, 1);
  bits
    .ue(0)
    .ue((columns - width) / unit)
    .ue(0)
    .ue((rows - height) / unit);
  // Bit depths, picture order, buffering; then the sizes of coding and transform blocks.
  bits.ue(0).ue(0).ue(0).u(1, 1).ue(0).ue(0).ue(0);
  bits.ue(1).ue(0).ue(0).ue(2).ue(0).ue(0).u(3, 0);
  bits.u(1, 1).u(4, 7).u(4, 7).ue(1).ue(0).u(1, 1);
  return bits.ue(0).u(5, 0).end();
}

/** Everything off, the deblocking filter too. */
function pictureParameters(): Buffer {
  const bits = new BitWriter().ue(0).ue(0).u(7, 0).ue(0).ue(0).ue(0).u(3, 0).ue(0).ue(0).u(6, 0);
  return bits.u(1, 0).u(3, 0b101).u(1, 0).u(1, 0).ue(0).u(2, 0).end();
}

/** How much of the range the less probable symbol takes when the range is near its top, state by state (9.3.4.3). */
const lessProbable = [
  240, 227, 216, 205, 195, 185, 175, 166, 158, 150, 142, 135, 128, 122, 116, 110, 104, 99, 94, 89, 85, 80, 76,
  72, 69, 65, 62, 59, 56, 53, 50, 48, 45, 43, 41, 39, 37, 35, 33, 31, 30, 28, 27, 25, 24, 23, 22, 21, 20, 19,
  18, 17, 16, 15, 14, 14, 13, 12, 12, 11, 11, 10, 9,
];

/**
 * What stands before the samples of a block, arithmetic coding worked out by hand: "one part" as the more
 * probable symbol, whose state goes up with each block, and "PCM" as a terminating one. The coder starts anew
 * after each block's samples.
 */
function blockHead(index: number): Buffer {
  const range = index === 0 ? 510 : 508;
  const low = range - (lessProbable[Math.min(index, lessProbable.length - 1)] ?? 0) - 2;
  const head = Buffer.alloc(2);
  head.writeUInt16BE((low | 1) << 7);
  return head;
}
const endOfSlice = Buffer.from([0xfe, 0x80]);

function blockOf(plane: Uint8Array, width: number, height: number, x: number, y: number, side: number) {
  const block = Buffer.alloc(side * side);
  for (let row = 0; row < side; row++) {
    const from = Math.min(y + row, height - 1) * width;
    for (let column = 0; column < side; column++) {
      block[row * side + column] = plane[from + Math.min(x + column, width - 1)] ?? 0;
    }
  }
  return block;
}

export function hevcPicture(planes: Planes): HevcPicture {
  const { width, height, luma, chroma, subsampling: step } = planes;
  const header = new BitWriter().u(2, 0b10).ue(0).ue(2).ue(0).end();
  const parts: Buffer[] = [header];
  let index = 0;
  for (let y = 0; y < height; y += blockSide) {
    for (let x = 0; x < width; x += blockSide) {
      parts.push(blockHead(index++), blockOf(luma, width, height, x, y, blockSide));
      for (const plane of chroma ?? []) {
        parts.push(blockOf(plane, width / step, height / step, x / step, y / step, blockSide / step));
      }
    }
  }
  const slice = nalUnit("idr", Buffer.concat([...parts, endOfSlice]));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(slice.length);
  return { configuration: configurationOf(planes), data: Buffer.concat([length, slice]) };
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3). */
function configurationOf(planes: Planes): Buffer {
  const { idc, compatible, level } = profile(planes);
  const head = Buffer.alloc(23);
  head[0] = 1;
  head[1] = idc;
  head.writeUInt32BE(compatible, 2);
  head[6] = 0x90;
  head[12] = level;
  head.set([0xf0, 0, 0xfc, 0xfc | chromaFormat(planes), 0xf8, 0xf8, 0, 0, 0x0f, 3], 13);
  const sets = [
    ["vps", videoParameters(planes)],
    ["sps", sequenceParameters(planes)],
    ["pps", pictureParameters()],
  ] as const;
  const arrays = sets.flatMap(([type, payload]) => {
    const unit = nalUnit(type, payload);
    const intro = Buffer.from([0x80 | nalType[type], 0, 1, unit.length >> 8, unit.length & 0xff]);
    return [intro, unit];
  });
  return Buffer.concat([head, ...arrays]);
}
