import type { Metadata, Sharp } from "sharp";

/**
 * The space that the pixels are brought into when they are opened, before their profile is applied; none: as they are.
 *
 * libvips lays a profile over 8 bits a channel. 16-bit RGB it turns into Display P3 instead, whose numbers would
 * then be read as sRGB, and 16-bit grey it leaves as it is. Backgrounds and bars get the colours of the space: in 16-bit grey, none.
 */
export function spaceBeforeProfile({
  space,
  hasProfile,
}: Pick<Metadata, "space" | "hasProfile">): "srgb" | "b-w" | undefined {
  if (space === "grey16") return hasProfile ? "b-w" : "srgb";
  return hasProfile && space === "rgb16" ? "srgb" : undefined;
}

/** 8 bits a channel, sRGB; what has a profile was brought there by it when it was opened. */
export function toSrgb(image: Sharp): Sharp {
  return image.toColourspace("srgb");
}
