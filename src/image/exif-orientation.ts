/** 1 to 8 as EXIF says it; 5 to 8 stand a quarter turn off. */
export const isQuarterTurn = (orientation: number) => orientation >= 5 && orientation <= 8;

const orientationTag = 0x0112;
const shortType = 3;

/**
 * Orientation out of an EXIF block (a little TIFF file, CIPA DC-008), 1 where it says nothing sensible. Damaged
 * EXIF never makes a picture unreadable.
 */
export function exifOrientation(block: DataView): number {
  if (block.byteLength < 14) return 1;
  const order = block.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = block.getUint32(4, little);
  if (directory + 2 > block.byteLength) return 1;
  const entries = block.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12;
    if (at + 12 > block.byteLength) return 1;
    if (block.getUint16(at, little) !== orientationTag) continue;
    const value = block.getUint16(at + 2, little) === shortType ? block.getUint16(at + 8, little) : 1;
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
