import { describe, expect, it } from "vitest";
import { diskLevels } from "./disk-levels.ts";

const gigabyte = 1024 ** 3;
const room = (freeBytes: number, freeFiles = 1e6) => ({
  free: freeBytes,
  total: 100 * gigabyte,
  freeFiles,
  totalFiles: 1e6,
});
const refused = (levels: ReturnType<typeof diskLevels>) =>
  levels.filter(({ effect }) => effect !== null).map(({ name }) => name);

describe("the levels of a disk", () => {
  it("keep 256 MB, and 10,000 files, for the results of what was accepted", () => {
    expect(refused(diskLevels(room(0.26 * gigabyte), []))).toEqual([]);
    expect(refused(diskLevels(room(0.24 * gigabyte), []))).toEqual(["disk"]);
    expect(refused(diskLevels(room(gigabyte, 9_999), []))).toEqual(["inodes"]);
  });

  it("fall only when there is a little more room than was kept", () => {
    const full = diskLevels(room(0.24 * gigabyte), []);
    const little = diskLevels(room(0.26 * gigabyte), full);
    expect(refused(little)).toEqual(["disk"]);
    expect(refused(diskLevels(room(0.3 * gigabyte), little))).toEqual([]);
  });

  it("say nothing of files where a file system makes as many as it needs", () => {
    const levels = diskLevels({ ...room(gigabyte), freeFiles: 0, totalFiles: 0 }, []);
    expect(levels.map(({ name }) => name)).toEqual(["disk"]);
  });
});
