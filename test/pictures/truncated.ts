/** The first part of a file: 0.5 is half of it. */
export function truncated(file: Buffer, fraction: number): Buffer {
  return file.subarray(0, Math.floor(file.length * fraction));
}
