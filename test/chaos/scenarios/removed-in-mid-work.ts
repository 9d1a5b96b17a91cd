import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { v7 } from "uuid";
import { silentLogger } from "../../../src/logger.ts";
import { sweep } from "../../../src/resize/sweep.ts";
import { LocalStorage } from "../../../src/storage/local-storage.ts";
import { originalKey } from "../../../src/storage/object-key.ts";
import { WorkFolders } from "../../../src/storage/work-folder.ts";
import { photo } from "../../pictures/index.ts";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { ImageRow } from "../catalog-view.ts";
import type { Picture } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { SlowDownload } from "../slow-client.ts";

/** Long enough in an engine process to be met there. */
const slow = JSON.stringify([{ name: "slow", width: 700, format: "avif", quality: 90 }]);
/** More than the system takes ahead of a client that does not read: what is longer is under way. */
const aheadBytes = 10 * 1024 ** 2;
const twoDaysMs = 2 * 24 * 60 * 60 * 1000;

export const removedInMidWork: Scenario = {
  row: "Deletes and the sweep while a job or a download runs",
  name: "images are deleted and remains are swept while they are downloaded and worked on",
  async play(arena) {
    const large = await largePicture();
    const others = Array.from({ length: arena.of(4, 20) }, () => ({ ...arena.ordinary, variants: slow }));
    const load = arena.load({ pictures: [large, ...others], images: 1 + others.length, parallel: 1 });
    await load.reached(1);
    const [downloaded = ""] = load.accepted.keys();
    const download = await SlowDownload.begin(`${arena.url}/v1/images/${downloaded}/original`);
    if (download.bytes < aheadBytes) throw new Error(`the original has only ${download.bytes} bytes`);
    await load.done;
    await sweptAtWork(arena);
    const more = arena.load({ pictures: others, images: 2 * others.length, parallel: 1 });
    const deleted = await deletedAtWork(arena, downloaded);
    await more.done;
    for (const [id, picture] of more.accepted) load.accepted.set(id, picture);
    await remove(arena, downloaded);
    if (!(await download.rest()).equals(large.content)) throw new Error("the download is not what was sent");
    for (const id of [downloaded, ...deleted]) load.accepted.delete(id);
    const figure = `${download.bytes >> 20} MB came whole though they were deleted in mid-download`;
    return `${figure}; of the others ${await arena.settled(load)}`;
  },
};

async function largePicture(): Promise<Picture> {
  const content = await photo({ width: 3_600, height: 2_700, format: "png" });
  return { name: "large.png", content, variants: JSON.stringify([{ name: "thumb", width: 300 }]) };
}

/** The hourly sweep, with something to find, beside images that are worked on: they are not tried again for it. */
async function sweptAtWork(arena: Arena): Promise<void> {
  const { rows, fleet, catalog, files } = arena;
  const id = v7({ msecs: Date.now() - twoDaysMs / 40 });
  const remains = [originalKey(id, "stray.jpg", "jpeg"), ".work/staging/old.part", ".work/claims/old/source"];
  for (const path of remains.map((name) => join(fleet.storage, name))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
    const then = new Date(Date.now() - twoDaysMs);
    await utimes(path, then, then);
    if (path.includes("/claims/")) await utimes(dirname(path), then, then);
  }
  let atWork: readonly ImageRow[] = [];
  const isBusy = async () => {
    atWork = await rows.images("status = 'processing'");
    return atWork.length > 0;
  };
  await until(isBusy, { what: "an image at work", withinMs: 60_000 });
  const storage = await LocalStorage.open(fleet.storage);
  const workFolders = await WorkFolders.open(fleet.storage);
  await sweep({ catalog, storage, workFolders, logger: silentLogger() });
  const left = [...(await files.unfinished()), ...(await files.strays([]))];
  const kept = left.filter((name) => /stray\.jpg|old/.test(name));
  if (kept.length > 0) throw new Error(`not swept: ${kept.join(", ")}`);
  await rows.allFinal(new Set(atWork.map(({ id }) => id)), 60_000);
  // A deadline that a busy machine misses is not the sweep's doing.
  const again = atWork.flatMap(
    ({ id }) => lineOf(arena, id, /^(?!.*engine_timeout).*(dropped|goes back)/) ?? [],
  );
  if (again.length > 0) throw new Error(`begun again for the sweep: ${again.join("; ").slice(0, 1_000)}`);
}

/** Deletes images that are at work until a worker has dropped one for it: some end just before. Their ids. */
async function deletedAtWork(arena: Arena, butNot: string): Promise<readonly string[]> {
  const deleted: string[] = [];
  const isDropped = async () => {
    const atWork = await arena.rows.images("status = 'processing'");
    const id = atWork.find((row) => row.id !== butNot)?.id;
    if (id !== undefined) {
      deleted.push(id);
      await remove(arena, id);
    }
    return deleted.some((one) => lineOf(arena, one, /dropped/) !== undefined);
  };
  await until(isDropped, { what: "an attempt that was dropped", withinMs: 60_000 });
  return deleted;
}

/** What a worker said of the image. */
function lineOf({ workers }: Arena, id: string, what: RegExp): string | undefined {
  const lines = workers.flatMap(({ current }) => current?.output().split("\n") ?? []);
  return lines.find((line) => line.includes(id) && what.test(line));
}

async function remove({ url }: Arena, id: string): Promise<void> {
  const { status } = await fetch(`${url}/v1/images/${id}`, { method: "DELETE" });
  if (status !== 204) throw new Error(`a delete was answered ${status}`);
}
