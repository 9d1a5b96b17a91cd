import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { removeFolder, temporaryFolder } from "../../test/support/pixmill.ts";
import { until } from "../../test/support/until.ts";
import { writeNewFile } from "./new-file.ts";

const piece = Buffer.alloc(50_000, 7);
const files = 100;
const piecesOfEach = 19;

/** Comes nearly to a megabyte, and then to a stand until `end`. */
async function* stalling(end: Promise<void>): AsyncGenerator<Uint8Array, void> {
  for (let sent = 0; sent < piecesOfEach; sent += 1) {
    yield piece;
    await sleep(1);
  }
  await end;
}

/** 0 where it is not there yet. */
const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

it("holds 32 MB and a little for each of many files whose rest does not come", async () => {
  const folder = await temporaryFolder();
  const end = Promise.withResolvers<void>();
  const pathOf = (index: number) => join(folder, String(index));
  const all = Array.from({ length: files }, (_, index) => index);
  const written = all.map((index) => writeNewFile(pathOf(index), stalling(end.promise)));
  const sent = files * piecesOfEach * piece.length;
  const held = async () => {
    const sizes = await Promise.all(all.map((index) => sizeOf(pathOf(index))));
    return sent - sizes.reduce((sum, size) => sum + size, 0);
  };
  await until(async () => (await held()) < 32 * 1024 ** 2 + files * (64 * 1024 + piece.length), {
    what: "nearly everything on the disk",
  });
  end.resolve();
  expect(await Promise.all(written)).toEqual(all.map(() => piecesOfEach * piece.length));
  expect(await held()).toBe(0);
  await removeFolder(folder);
});
