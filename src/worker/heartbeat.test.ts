import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSeams } from "../../test/support/seams.ts";
import { until } from "../../test/support/until.ts";
import { createMetrics } from "../metrics.ts";
import { Activity } from "./activity.ts";
import { startHeartbeat } from "./heartbeat.ts";

let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
});
afterEach(() => seams.close());

it("a worker that starts to beat forgets those that went without a word hours ago, and nobody else", async () => {
  const { workers } = seams.catalog;
  const said = { host: "host-1", startedAt: new Date(), concurrency: 1, active: 0, done: 0, failed: 0 };
  for (const id of ["lost", "silent"]) await workers.beat({ ...said, id, megapixels: 0 });
  const database = new DatabaseSync(join(seams.folder, "catalog.sqlite"));
  database
    .prepare("update workers set last_seen_at = last_seen_at - ? where id = ?")
    .run(2 * 60 * 60 * 1000, "lost");
  database.close();

  const activity = new Activity(createMetrics().images);
  const heartbeat = startHeartbeat(seams, { name: "alive", concurrency: 1, activity });
  const known = async () => (await workers.list({ seenWithinMs: 86_400_000 })).map(({ id }) => id);
  await until(async () => !(await known()).includes("lost"), { what: "the lost worker forgotten" });
  expect(await known()).toEqual(["alive", "silent"]);
  await heartbeat.stop();
});
