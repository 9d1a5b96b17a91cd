import { v7, validate, version } from "uuid";

/** UUIDv7 (RFC 9562): sorts by time of creation, so that "newest first" is the primary key's own order. */
export function newImageId(): string {
  return v7();
}

export function isImageId(text: string): boolean {
  return validate(text) && version(text) === 7 && text === text.toLowerCase();
}

/** When the id was made: its first 48 bits are milliseconds since 1970. */
export function imageIdTime(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
