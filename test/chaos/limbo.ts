import { until } from "../support/until.ts";
import type { Arena } from "./arena.ts";

/** The third try of a webhook comes two minutes after the second; the job of a killed worker is found when its lock runs out. */
const withinMs = 180_000;

/** Two beats of a worker. */
const quietMs = 10_000;

/** Rows that wait for something that does not come. Each is a count of them. */
const rowsInLimbo = {
  "batches that are not over, or whose end was not told": `batches where deleted_at is null
    and cancelled_at is null and (finished_at is null or announced_at is null)`,
  "final images that are still in somebody's hands": `images where lease_until is not null
    and status not in ('queued', 'processing')`,
  "webhooks that were not delivered": "deliveries where status <> 'delivered'",
  "keys of requests that became nothing": `idempotency_keys keys
    where not exists (select 1 from images where images.id = keys.image_id)
    and not exists (select 1 from batches where batches.id = keys.batch_id)`,
};

/** No row, no job and no worker is left of what is over. */
export async function limbo(arena: Arena): Promise<string[]> {
  const found = async () => [...(await jobs(arena)), ...(await rows(arena)), ...(await workers(arena))];
  let left = await found();
  const isEmpty = async () => {
    left = await found();
    return left.length === 0;
  };
  if (left.length > 0) await until(isEmpty, { withinMs }).catch(() => {});
  return left;
}

/** Lists may be empty while jobs are left that are in none: such a one keeps its image from being enqueued again. */
async function jobs({ fleet }: Arena): Promise<string[]> {
  const client = fleet.redis.client();
  try {
    const names: string[] = [];
    for await (const keys of client.scanStream({ match: "pixmill:images:*" }))
      names.push(...(keys as string[]));
    const ofJobs = names.filter((name) => /^pixmill:images:.*\.\d+(?::\w+)?$/.test(name));
    const lists = [
      "wait",
      "active",
      "paused",
      "prioritized",
      "delayed",
      "failed",
      "completed",
      "waiting-children",
    ];
    const held = lists.filter((list) => names.includes(`pixmill:images:${list}`));
    const left = [...ofJobs, ...held];
    return left.length === 0 ? [] : [`jobs in limbo: ${left.slice(0, 5).join(", ")}`];
  } finally {
    client.disconnect();
  }
}

async function rows({ rows: catalog }: Arena): Promise<string[]> {
  const counts = await Promise.all(
    Object.entries(rowsInLimbo).map(async ([what, which]) => {
      const [row] = await catalog.select<{ count: number }>(`select count(*)::int as count from ${which}`);
      return [what, row?.count ?? 0] as const;
    }),
  );
  return counts.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}

/** Those that live are listed, and those that are gone say nothing any more. */
async function workers({ url, workers: living }: Arena): Promise<string[]> {
  const listed = (await (await fetch(`${url}/v1/workers`)).json()) as { id: string; lastSeenAt: string }[];
  const names = living.map(({ name }) => name);
  const missing = names.filter((name) => !listed.some(({ id }) => id === name));
  const dead = listed.filter(
    ({ id, lastSeenAt }) => !names.includes(id) && Date.now() - Date.parse(lastSeenAt) < quietMs,
  );
  return [
    ...missing.map((name) => `${name} lives and is not listed`),
    ...dead.map(({ id }) => `${id} is gone and still says that it lives`),
  ];
}
