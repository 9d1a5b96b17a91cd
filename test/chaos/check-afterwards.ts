import { silentLogger } from "../../src/logger.ts";
import { sweep } from "../../src/resize/sweep.ts";
import { WorkFolders } from "../../src/storage/work-folder.ts";
import { until } from "../support/until.ts";
import type { Arena } from "./arena.ts";
import type { ImageRow } from "./catalog-view.ts";
import { limbo } from "./limbo.ts";
import type { Load, Picture } from "./load.ts";
import { logFaults } from "./log-check.ts";
import { measureProcesses, orphansOf } from "./process-size.ts";

/** What a process may hold more than at the very beginning: connections that are kept alive, and pools. */
const slack = { descriptors: 40, memory: 112 * 1024 ** 2 };

/** The same few things every time: what was promised is there, and nothing else is. Empty when all is well. */
export async function checkAfterwards(arena: Arena, load: Load): Promise<string[]> {
  const rows = await arena.rows.images();
  return [
    ...load.faults,
    ...imageFaults(rows, arena.images, load),
    ...(await limbo(arena)),
    ...(await arena.outside.faults(load)),
    ...(await strays(arena, load)),
    ...(await leftBehind(arena)),
    ...(await arena.files.faults(rows, load.accepted)),
    ...(await processFaults(arena)),
    ...logFaults(arena, load),
  ];
}

/** Every accepted image is final with exactly what it should have, and no upload became two. */
function imageFaults(rows: readonly ImageRow[], before: number, { accepted }: Load): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const faults: string[] = [];
  for (const [id, picture] of accepted) {
    const row = byId.get(id);
    if (!row) faults.push(`${id} was accepted and is lost`);
    else if (!isAsExpected(row, picture)) {
      faults.push(
        `${id} (${picture.name}) is ${row.status}: ${row.error?.code ?? "without all its variants"}`,
      );
    }
  }
  const more = rows.length - before - accepted.size;
  return more === 0 ? faults : [...faults, `${more} images more than uploads`];
}

function isAsExpected({ status, error, variants }: ImageRow, { fails, variants: asked }: Picture): boolean {
  if (fails) return status === "failed" && fails.some((code) => code === error?.code);
  const names = (JSON.parse(asked) as { name: string }[]).map(({ name }) => name);
  const ready = variants.filter((variant) => variant.status === "ready").map(({ name }) => name);
  return status === "done" && names.length === ready.length && names.every((name) => ready.includes(name));
}

/** Uploads that one process may have in its hands when it is killed. */
const inHand = 8;

/**
 * What is refused leaves nothing behind. Only who died, or was never told whether the catalog has the row, or S3 the
 * object, may leave one for the sweep; what is there after the sweep is a fault of the files.
 */
async function strays({ rows, files, killed, inS3 }: Arena, { untold, refused }: Load): Promise<string[]> {
  const unstored = inS3 ? (refused.get("503 storage_error") ?? 0) : 0;
  const allowed = killed * inHand + untold + unstored;
  const found = async () => files.strays(await rows.images());
  await until(async () => (await found()).length <= allowed, { withinMs: 10_000 }).catch(() => {});
  const left = await found();
  return left.length <= allowed ? [] : left.map((key) => `${key} was left behind`);
}

/** No temporary file. What a kill left is the sweep's, whose age limit is no matter while nothing is under way. */
async function leftBehind(arena: Arena): Promise<string[]> {
  const { catalog, files, killed } = arena;
  const gone = async () => (await files.unfinished()).length === 0;
  if (killed === 0) await until(gone, { withinMs: 5_000 }).catch(() => {});
  const left = await files.unfinished();
  if (left.length > 0 && killed === 0) return left.map((name) => `left in the work folder: ${name}`);
  const storage = await arena.storage();
  for (const folder of arena.workFolders) {
    const workFolders = await WorkFolders.open(folder);
    await sweep({ catalog, storage, workFolders, logger: silentLogger() }, { olderThanMs: 0 });
    await workFolders.uploads.sweepStrays(0);
    await giveUpBegun(workFolders);
  }
  return (await files.unfinished()).map((name) => `not swept: ${name}`);
}

/** An upload whose beginning nobody was told of waits a day for its first byte. */
async function giveUpBegun({ uploads }: WorkFolders): Promise<void> {
  for (const id of await uploads.list()) {
    if ((await uploads.find(id))?.bytes === 0) await uploads.remove(id);
  }
}

/** Descriptors and memory are what they were at the very beginning, and no engine process has no parent. */
async function processFaults({ processes, baseline }: Arena): Promise<string[]> {
  const faults = async () => {
    const now = await measureProcesses(processes.flatMap(({ current }) => current?.pid ?? []));
    return processes.flatMap(({ name, current }) => {
      const [before, after] = [baseline.get(name), now.get(current?.pid ?? 0)];
      if (!before || !after) return [];
      const more = {
        descriptors: after.descriptors - before.descriptors,
        memory: after.memory - before.memory,
      };
      return [
        ...(more.descriptors > slack.descriptors
          ? [`${name} holds ${more.descriptors} descriptors more`]
          : []),
        ...(more.memory > slack.memory ? [`${name} holds ${more.memory >> 20} MB more`] : []),
      ];
    });
  };
  const dead = new Set(
    processes.flatMap(({ lives, current }) => lives.filter((life) => life !== current).map(({ pid }) => pid)),
  );
  const orphans = () => orphansOf(dead);
  await until(async () => (await faults()).length === 0 && (await orphans()).length === 0, {
    withinMs: 20_000,
  }).catch(() => {});
  return [
    ...(await faults()),
    ...(await orphans()).map((pid) => `engine process ${pid} outlived its parent`),
  ];
}
