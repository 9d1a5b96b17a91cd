/**
 * The format table: everything that the rest of the code knows about a format stands in its row.
 *
 * `input`: whether it is read, or the words for what must be switched on first. `output`: whether the engine writes
 * it. `turnedBy`: what says in a file how its picture lies, in words. `vector`: drawn at whatever size is asked for,
 * so that no result is an enlargement.
 * `maxSide`: the largest side that the format can hold, in pixels (WebP: 14 bits less one, RFC 9649).
 */
interface FormatEntry {
  readonly mime: string;
  readonly extension: string;
  readonly input: boolean | string;
  readonly output: boolean;
  readonly alpha: boolean;
  readonly animated: boolean;
  readonly turnedBy: string | false;
  readonly vector: boolean;
  /** Whether colour profiles can be written into it. */
  readonly profile: boolean;
  readonly maxSide: number;
}

export const formatTable = {
  jpeg: {
    mime: "image/jpeg",
    extension: "jpg",
    input: true,
    output: true,
    alpha: false,
    animated: false,
    turnedBy: "EXIF",
    vector: false,
    profile: true,
    maxSide: 65_535,
  },
  png: {
    mime: "image/png",
    extension: "png",
    input: true,
    output: true,
    alpha: true,
    animated: false,
    turnedBy: "EXIF",
    vector: false,
    profile: true,
    maxSide: 2 ** 31 - 1,
  },
  webp: {
    mime: "image/webp",
    extension: "webp",
    input: true,
    output: true,
    alpha: true,
    animated: true,
    turnedBy: "EXIF",
    vector: false,
    profile: true,
    maxSide: 16_383,
  },
  gif: {
    mime: "image/gif",
    extension: "gif",
    input: true,
    output: true,
    alpha: true,
    animated: true,
    turnedBy: false,
    vector: false,
    profile: false,
    maxSide: 65_535,
  },
  avif: {
    mime: "image/avif",
    extension: "avif",
    input: true,
    output: true,
    alpha: true,
    animated: false,
    turnedBy: "`irot` and `imir`",
    vector: false,
    profile: true,
    maxSide: 65_536,
  },
  heic: {
    mime: "image/heic",
    extension: "heic",
    input: true,
    output: false,
    alpha: true,
    animated: false,
    turnedBy: "`irot` and `imir`",
    vector: false,
    profile: true,
    maxSide: 2 ** 32 - 1,
  },
  tiff: {
    mime: "image/tiff",
    extension: "tiff",
    input: true,
    output: false,
    alpha: true,
    animated: false,
    turnedBy: "its own tag",
    vector: false,
    profile: true,
    maxSide: 2 ** 31 - 1,
  },
  svg: {
    mime: "image/svg+xml",
    extension: "svg",
    input: "with `PIXMILL_SVG=on`",
    output: false,
    alpha: true,
    animated: false,
    turnedBy: false,
    vector: true,
    profile: false,
    maxSide: 2 ** 31 - 1,
  },
} as const satisfies Record<string, FormatEntry>;

/** A format that an original can have. */
export type Format = keyof typeof formatTable;

type Writable<F extends Format> = F extends Format
  ? (typeof formatTable)[F]["output"] extends true
    ? F
    : never
  : never;

/** A format that a variant can have. */
export type OutputFormat = Writable<Format>;

export const formats = Object.keys(formatTable) as Format[];
export const outputFormats = formats.filter(isOutputFormat);

export function isOutputFormat(format: Format): format is OutputFormat {
  return formatTable[format].output;
}

/** The media type that a name's extension says; of a name that says none, that of any bytes. */
export function mimeOfFile(name: string): string {
  const extension = name.slice(name.lastIndexOf(".") + 1);
  const format = formats.find((known) => formatTable[known].extension === extension);
  return format ? formatTable[format].mime : "application/octet-stream";
}

/** What is read with these settings, by content. */
export function inputFormats({ svg = false }: { readonly svg?: boolean }): Format[] {
  return formats.filter((format) => formatTable[format].input === true || (format === "svg" && svg));
}

/** Whether all frames of an animation can be kept. */
export function staysAnimated(from: Format, to: OutputFormat): boolean {
  return formatTable[from].animated && formatTable[to].animated;
}
