import { open } from "node:fs/promises";
import { HeaderBytes, type RangeReader } from "../../image/header-bytes.ts";

/** Gives a file of `size` bytes to be read by ranges, and closes it. */
export async function withRanges<Result>(
  path: string,
  use: (read: RangeReader, size: number) => Promise<Result>,
): Promise<Result> {
  await using file = await open(path);
  const { size } = await file.stat();
  const read: RangeReader = async (position, length) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), { position, length });
    return buffer.subarray(0, bytesRead);
  };
  return await use(read, size);
}

export function withHeaderBytes<Result>(
  path: string,
  use: (bytes: HeaderBytes) => Promise<Result>,
): Promise<Result> {
  return withRanges(path, (read, size) => use(new HeaderBytes(read, size)));
}
