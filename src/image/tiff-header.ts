import type { FoundHeader } from "./found-header.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";

const tag = { width: 256, height: 257, compression: 259, orientation: 274, profile: 34_675 };
/** None, CCITT's three, LZW, Deflate (two numbers), PackBits (TIFF 6.0 and its supplements), and Zstandard. */
const losslessCompressions = new Set([1, 2, 3, 4, 5, 8, 32_773, 32_946, 50_000]);
/** Of one directory; real ones have fewer than 200. */
const maxEntries = 4_096;

interface Layout {
  readonly little: boolean;
  readonly big: boolean;
}

/**
 * A walk of our own: the directory may be the last thing in the file, where image-size wants the whole file in
 * memory. Only the first page is ever used, so the link to the next directory is not followed: a loop of
 * directories, or 20,000 pages, cost nothing. (TIFF 6.0, section 2; BigTIFF has wider fields.)
 */
export async function readTiffHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  const values = await firstDirectory(bytes);
  const orientation = values.get(tag.orientation) ?? 1;
  return {
    width: values.get(tag.width) ?? 0,
    height: values.get(tag.height) ?? 0,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

/** Whether the first page is stored without loss. */
export async function isLosslessTiff(bytes: HeaderBytes): Promise<boolean> {
  return losslessCompressions.has((await firstDirectory(bytes)).get(tag.compression) ?? 1);
}

async function firstDirectory(bytes: HeaderBytes): Promise<Map<number, number>> {
  const start = await bytes.view(0, 8);
  const little = start.getUint16(0) === 0x4949;
  const layout = { little, big: start.getUint16(2, little) === 43 };
  const directory = layout.big ? await wide(bytes, 8, little) : start.getUint32(4, little);
  return await readDirectory(bytes, directory, layout);
}

/** A 64-bit number; one past 2⁵³ loses its last digits, and lies outside any file anyway. */
async function wide(bytes: HeaderBytes, position: number, little: boolean): Promise<number> {
  return Number((await bytes.view(position, 8)).getBigUint64(0, little));
}

async function readDirectory(
  bytes: HeaderBytes,
  position: number,
  { little, big }: Layout,
): Promise<Map<number, number>> {
  const count = big
    ? await wide(bytes, position, little)
    : (await bytes.view(position, 2)).getUint16(0, little);
  if (count > maxEntries) throw corrupt("The directory of the TIFF is too long.");
  const entrySize = big ? 20 : 12;
  const listed = count * entrySize;
  // With the link to the next directory: a file that ends inside it is cut, and decoders take it for no TIFF.
  const whole = await bytes.view(position + (big ? 8 : 2), listed + (big ? 8 : 4));
  const entries = new DataView(whole.buffer, whole.byteOffset, listed);
  const values = new Map<number, number>();
  for (let at = 0; at < entries.byteLength; at += entrySize) {
    if (entries.getUint16(at, little) === tag.profile) checkProfile(entries, at, { little, big }, bytes.size);
    const value = singleValue(entries, at, { little, big });
    if (value !== undefined) values.set(entries.getUint16(at, little), value);
  }
  return values;
}

/** Many writers put the profile last: a file that is cut there would be decoded whole, in wrong colours. */
function checkProfile(entries: DataView, at: number, { little, big }: Layout, fileSize: number): void {
  const [length, start] = big
    ? [Number(entries.getBigUint64(at + 4, little)), Number(entries.getBigUint64(at + 12, little))]
    : [entries.getUint32(at + 4, little), entries.getUint32(at + 8, little)];
  if (start + length > fileSize) throw corrupt("The file ends inside its colour profile.");
}

/** The value of an entry that holds exactly one SHORT, LONG or LONG8. */
function singleValue(entries: DataView, at: number, { little, big }: Layout): number | undefined {
  const count = big ? Number(entries.getBigUint64(at + 4, little)) : entries.getUint32(at + 4, little);
  if (count !== 1) return undefined;
  const valueAt = at + (big ? 12 : 8);
  const type = entries.getUint16(at + 2, little);
  if (type === 3) return entries.getUint16(valueAt, little);
  if (type === 4) return entries.getUint32(valueAt, little);
  return type === 16 && big ? Number(entries.getBigUint64(valueAt, little)) : undefined;
}
