/** 1 to 8 as EXIF says it; 5 to 8 stand a quarter turn off. */
export const isQuarterTurn = (orientation: number) => orientation >= 5 && orientation <= 8;

const orientationTag = 0x0112;
const shortType = 3;

/**
 * Orientation out of an EXIF block (a little TIFF file, CIPA DC-008), 1 where it says nothing sensible. Damaged
 * EXIF never makes a picture unreadable.
 */
export function exifOrientation(block: DataView): number {
  const entry = orientationEntry(block);
  if (!entry) return 1;
  const { at, little } = entry;
  const value = block.getUint16(at + 2, little) === shortType ? block.getUint16(at + 8, little) : 1;
  return value >= 1 && value <= 8 ? value : 1;
}

/** Makes the block say that the picture is upright. */
export function setUpright(block: DataView): void {
  const entry = orientationEntry(block);
  if (entry) block.setUint16(entry.at + 8, 1, entry.little);
}

/** Where the first directory speaks of the orientation. */
function orientationEntry(block: DataView): { at: number; little: boolean } | undefined {
  if (block.byteLength < 14) return undefined;
  const order = block.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = block.getUint32(4, little);
  if (directory + 2 > block.byteLength) return undefined;
  const entries = block.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12;
    if (at + 12 > block.byteLength) return undefined;
    if (block.getUint16(at, little) === orientationTag) return { at, little };
  }
  return undefined;
}
