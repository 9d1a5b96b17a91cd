import type { ExpandedTags } from "exifreader";

/** What a camera or a program wrote into a file, as far as the page shows it. What is not there is absent. */
export interface FileMetadata {
  readonly camera?: string;
  readonly lens?: string;
  /** When the picture was taken, by the camera's clock, which knows no zone: `2026-05-01T12:00:00`. */
  readonly takenAt?: string;
  /** As `1/125`, in seconds. */
  readonly exposure?: string;
  readonly aperture?: string;
  readonly sensitivity?: string;
  readonly focalLength?: string;
  /** How it is stored, 2 to 8 of EXIF; upright ones have none. */
  readonly orientation?: number;
  readonly colours?: string;
  readonly software?: string;
  readonly author?: string;
  readonly copyright?: string;
  /** The file tells where it was taken. Where that is, is not read. */
  readonly hasPlace?: true;
}

const wanted = [
  ...["Make", "Model", "LensModel", "DateTimeOriginal", "ExposureTime", "FNumber", "ISOSpeedRatings"],
  ...["FocalLength", "Orientation", "ColorSpace", "Software", "Artist", "Copyright", "GPSLatitude"],
];

/**
 * Reads it from the file itself, of which only the parts that hold it are fetched. The service keeps none of it: so
 * it is in no list, event or webhook. Rejects when the file is away, or is of a kind that has no metadata.
 */
export async function readMetadata(url: string): Promise<FileMetadata> {
  const { load } = await import("exifreader");
  const includeTags = { exif: wanted, icc: true } as const;
  return factsOf(await load(url, { length: "auto", expanded: true, includeOffsets: true, includeTags }));
}

export function factsOf({ exif = {}, icc = {} }: Pick<ExpandedTags, "exif" | "icc">): FileMetadata {
  const text = (value: unknown) =>
    String(value ?? "")
      .replace(/\0.*$/s, "")
      .trim() || undefined;
  const make = text(exif.Make?.description);
  const model = text(exif.Model?.description);
  const orientation = Number(exif.Orientation?.value);
  const facts: { [Name in keyof FileMetadata]: FileMetadata[Name] | undefined } = {
    // Many models begin with the name of their maker.
    camera: make && model?.startsWith(make) ? model : text([make, model].filter(Boolean).join(" ")),
    lens: text(exif.LensModel?.description),
    takenAt: momentOf(text(exif.DateTimeOriginal?.description)),
    exposure: text(exif.ExposureTime?.description),
    aperture: text(exif.FNumber?.description),
    sensitivity: text(exif.ISOSpeedRatings?.description),
    focalLength: text(exif.FocalLength?.description),
    orientation: orientation > 1 && orientation <= 8 ? orientation : undefined,
    colours: text(icc["ICC Description"]?.description) ?? text(exif.ColorSpace?.description),
    software: text(exif.Software?.description),
    author: text(exif.Artist?.description),
    copyright: text(exif.Copyright?.description),
    hasPlace: exif.GPSLatitude ? true : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function momentOf(text = ""): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(text);
  if (!parts) return undefined;
  const moment = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
  return Number.isNaN(Date.parse(moment)) ? undefined : moment;
}
