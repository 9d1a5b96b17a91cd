import { Queue } from "bullmq";
import { until } from "../../support/until.ts";
import type { Scenario } from "../scenario.ts";

export const forgedJobs: Scenario = {
  row: "Garbage, forged or old-version job data",
  name: "strangers write jobs into the queue",
  play: (arena) =>
    arena.inMidRun(arena.of(30, 300), async () => {
      const stranger = new Queue("images", { connection: { url: arena.fleet.redis.url }, prefix: "pixmill" });
      const [image] = await arena.rows.images("status = 'done'");
      const ids = [
        "../../etc/passwd.1",
        "x".repeat(5_000),
        `${image?.id}.0`,
        `${image?.id}.999999999`,
        "a.1",
      ];
      for (const jobId of ids) {
        await stranger.add("image", { imageId: "/etc/passwd", path: "../../.." }, { jobId, priority: 1 });
      }
      const client = arena.fleet.redis.client();
      await client.hset("pixmill:images:a.1", "data", "{not json");
      await stranger.close();
      const dropped = () => arena.workers.some(({ current }) => current?.output().includes("none of ours"));
      await until(dropped, { what: "a line about what is none of ours" });
      const areGone = async () => (await client.exists(ids.map((id) => `pixmill:images:${id}`))) === 0;
      await until(areGone, { what: "the end of every forged job", withinMs: 60_000 });
      client.disconnect();
      const [same] = await arena.rows.images(`id = '${image?.id}'`);
      if (JSON.stringify(same) !== JSON.stringify(image)) throw new Error("a forged job changed an image");
    }),
};
