import type { Metadata, Sharp } from "sharp";
import { formatTable, type OutputFormat } from "../../image/format.ts";
import type { Transform } from "../../image/transform.ts";
import { creditsOf, creditsXmp } from "./credits.ts";

/**
 * What goes with the pixels. sharp writes nothing unless told, so `strip` needs no step: positions, serial numbers
 * and faces' names are gone. `copyright` takes two sentences along and nothing else. `keep` takes all, but the
 * orientation, which has been applied to the pixels.
 */
export function writeMetadata(
  image: Sharp,
  { metadata }: Pick<Transform, "metadata">,
  facts: Metadata,
  format: OutputFormat,
): Sharp {
  if (metadata === "strip") return image;
  if (metadata === "copyright") return writeCredits(image, facts);
  const kept = image.keepMetadata();
  // The pixels stay in the picture's own colours, or are brought to sRGB by its profile and marked so.
  return carriesProfile(facts, format) || !facts.hasProfile ? kept : kept.withIccProfile("srgb");
}

function writeCredits(image: Sharp, facts: Metadata): Sharp {
  const credits = creditsOf(facts);
  const { artist, copyright } = credits;
  if (!artist && !copyright) return image;
  const fields = {
    ...(artist && { Artist: exifValue(artist) }),
    ...(copyright && { Copyright: exifValue(copyright) }),
  };
  return image.withExif({ IFD0: fields }).withXmp(creditsXmp(credits));
}

/** libvips drops what follows the last "(" of a value, because its own reader puts facts there: so it gets some. */
function exifValue(text: string): string {
  return `${text} (pixmill)`;
}

/**
 * Whether the picture's own profile can go with the result, so that no wide colour is lost: an RGB profile that is
 * whole, on RGB pixels, in a format that carries profiles. GIF does not.
 */
function carriesProfile({ space, icc }: Metadata, format: OutputFormat): boolean {
  return formatTable[format].profile && (space === "srgb" || space === "rgb16") && isRgbProfile(icc);
}

/** By the profile's header (ICC.1:2022, 7.2): its length, the space of its device, and the signature. */
function isRgbProfile(icc: Buffer | undefined): boolean {
  if (!icc || icc.length < 132) return false;
  return (
    icc.readUInt32BE(0) <= icc.length &&
    icc.toString("latin1", 16, 20) === "RGB " &&
    icc.toString("latin1", 36, 40) === "acsp"
  );
}
