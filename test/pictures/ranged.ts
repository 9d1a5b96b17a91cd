/** A file in memory that is read by ranges, and what was read of it. */
export function rangedFile(file: Uint8Array) {
  const seen = { reads: 0, bytes: 0, largest: 0 };
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    const part = file.slice(start, start + length);
    seen.reads += 1;
    seen.bytes += part.length;
    seen.largest = Math.max(seen.largest, part.length);
    return part;
  };
  return { read, seen };
}
