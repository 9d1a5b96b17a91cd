import { setTimeout as sleep } from "node:timers/promises";
import { photo } from "../../pictures/index.ts";
import { upload } from "../../support/client.ts";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { Load, Picture } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { SlowDownload, SlowUpload } from "../slow-client.ts";

/** PIXMILL_STOP_TIMEOUT of an arena, and what a busy machine takes to end a process. Seconds. */
const mostSeconds = 10 + 20;
const large = 1_700;
/** More than the system takes ahead of a client that does not read: what is longer is under way. */
const aheadBytes = 10 * 1024 ** 2;
const endOfArchive = Buffer.from("PK\x05\x06");

export const stoppedInMidStream: Scenario = {
  row: "SIGTERM in mid-upload and mid-stream",
  name: "the API is stopped while uploads, an archive and an event stream are under way",
  async play(arena) {
    const load = arena.load({ images: 0 });
    const batch = await largeBatch(arena, load);
    const archive = await SlowDownload.begin(`${arena.url}/v1/batches/${batch}/archive`);
    if (archive.bytes < aheadBytes) throw new Error(`the archive has only ${archive.bytes} bytes`);
    const events = await fetch(`${arena.url}/v1/events`);
    const eventsOver = events.text();
    const half = new SlowUpload(arena.url, arena.ordinary);
    const standing = new SlowUpload(arena.url, arena.ordinary);
    const received = async () => (await arena.files.unfinished()).length;
    await until(async () => (await received()) === 2, { what: "two uploads under way" });
    const life = await arena.api.alive();
    const startedAt = performance.now();
    const stopped = arena.api.restart();
    await until(() => life.output().includes('"stopping"'), { what: "the beginning of the stop" });
    await sleep(500); // what breaks with the stop is broken by then
    const { answered, id, code } = await half.finish();
    if (answered !== 202 || id === undefined) throw new Error(`the upload was answered ${answered} ${code}`);
    load.accepted.set(id, arena.ordinary);
    const zip = await archive.rest();
    if (zip.length !== archive.bytes || zip.lastIndexOf(endOfArchive) < zip.length - 100)
      throw new Error(`${zip.length} of ${archive.bytes} bytes of the archive came`);
    await eventsOver;
    const exitCode = await stopped;
    const seconds = (performance.now() - startedAt) / 1_000;
    await standing.over;
    if (exitCode !== 0 || seconds > mostSeconds)
      throw new Error(`it ended with ${exitCode} after ${seconds.toFixed(1)} s`);
    const figure = `the upload was accepted, an archive of ${zip.length >> 20} MB came whole, an upload that stood was cut, ended after ${seconds.toFixed(1)} s`;
    return `${figure}; ${await arena.settled(load)}`;
  },
};

/** Done images with large results. */
async function largeBatch(arena: Arena, load: Load): Promise<string> {
  const content = await photo({ width: large, height: large, format: "jpeg" });
  const variants = JSON.stringify([{ name: "large", width: large, format: "png" }]);
  const picture: Picture = { name: "large.jpg", content, variants };
  const files = Array.from({ length: 3 }, () => picture);
  const response = await upload(arena.url, files, { variants }, "/v1/batches");
  const { id } = (await response.json()) as { id: string };
  for (const row of await arena.rows.images(`batch_id = '${id}'`)) load.accepted.set(row.id, picture);
  await arena.rows.noneUnfinished(120_000);
  return id;
}
