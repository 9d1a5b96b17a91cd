import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import sharp from "sharp";
import type { LoadTestReport } from "../../src/cli/load-test/report.ts";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";
import type { Compose } from "./compose.ts";

interface Ground {
  readonly compose: Compose;
  /** The copy of the checkout. */
  readonly folder: string;
  /** Where the API is published. */
  readonly port: number;
}

/** A sentence, and what throws when it is not so. */
type Step = readonly [string, () => Promise<void>];

/** In the order in which a user meets them; each builds on those before. */
export function steps({ compose, folder, port }: Ground): Step[] {
  const url = `http://127.0.0.1:${port}`;
  const results = join(folder, "storage", "processed");
  let first: ImageView;
  let promised: ImageView[];

  return [
    [
      "up -d --build starts the API and three workers, by their names",
      async () => {
        await compose.run("up", "-d", "--build");
        await ready(url);
        await workersAre(url, ["worker-1", "worker-2", "worker-3"]);
      },
    ],
    [
      "every container with a health check becomes healthy, and only the API's port is published",
      async () => {
        const template = "{{with .State.Health}}{{.Status}}{{else}}healthy{{end}}";
        const sick = async () => (await compose.facts(template)).filter((status) => status !== "healthy");
        await eventually("health", async () => (await sick()).length === 0);
        const bound = "{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}}:{{.HostPort}} {{end}}{{end}}";
        const published = (await compose.facts(bound)).join("").trim();
        assert.equal(published, `127.0.0.1:${port}`);
      },
    ],
    [
      "the image has jemalloc, no root and no development dependencies",
      async () => {
        const inside = (script: string) => compose.run("exec", "-T", "api", "sh", "-c", script);
        assert.equal((await inside("id -un")).trim(), "node");
        assert.match(await inside("cat /proc/self/maps"), /libjemalloc/);
        assert.doesNotMatch(await inside("ls node_modules"), /^(typescript|vitest|vite|node)$/m);
        assert.deepEqual([...new Set(await compose.facts("{{.Config.User}}", "worker"))], ["node"]);
      },
    ],
    [
      "curl gets its 202, and a 300×300 picture appears in ./storage/processed on the host",
      async () => {
        const file = join(folder, "cat.jpg");
        await writeFile(file, await photo({ width: 1600, height: 1200, format: "jpeg" }));
        const args = ["-s", "--fail", "-F", `file=@${file}`, `${url}/upload`];
        const { stdout } = await promisify(execFile)("curl", args);
        first = JSON.parse(stdout) as ImageView;
        await eventually("the result", async () => (await filesIn(results)).length === 1);
        const [path = ""] = await filesIn(results);
        const { width, height, format } = await sharp(path).metadata();
        assert.deepEqual({ width, height, format }, { width: 300, height: 300, format: "jpeg" });
      },
    ],
    [
      "up -d --scale worker=5 makes them five, and leaves the others running",
      async () => {
        const before = await compose.containers();
        await compose.run("up", "-d", "--scale", "worker=5");
        await workersAre(
          url,
          [1, 2, 3, 4, 5].map((number) => `worker-${number}`),
        );
        const after = await compose.containers();
        assert.deepEqual(
          before.filter((id) => !after.includes(id)),
          [],
        );
      },
    ],
    [
      "the load test shows that each of five workers does some of 60 photos",
      async () => {
        const { exitCode, stdout, stderr } = await runCli([
          "load-test",
          "--url",
          url,
          "--count",
          "60",
          "--json",
        ]);
        assert.equal(exitCode, 0, stderr);
        const { done, workers } = JSON.parse(stdout) as LoadTestReport;
        assert.equal(done, 60);
        assert.equal(workers.filter(({ images }) => images > 0).length, 5, JSON.stringify(workers));
      },
    ],
    [
      "the workers' logs show them taking turns",
      async () => {
        const finished = (await compose.log("worker")).filter(({ msg }) => msg.endsWith("finished an image"));
        assert.equal(finished.length, 61);
        const turns = finished.filter(({ worker }, at) => at > 0 && worker !== finished[at - 1]?.worker);
        assert.ok(turns.length >= 20, `the worker changed only ${turns.length} times`);
      },
    ],
    [
      "a worker whose process is killed is started again, under its name",
      async () => {
        const kill = "kill -9 $(cat /proc/1/task/1/children)";
        // The shell may end with the container that it runs in.
        await compose.run("exec", "-T", "--index", "2", "worker", "sh", "-c", kill).catch(() => {});
        const restarts = async () => (await compose.facts("{{.RestartCount}}", "worker")).toSorted().join();
        await eventually("the restart", async () => (await restarts()) === "0,0,0,0,1");
        await eventually("its second start", async () => {
          const log = await compose.log("worker");
          return log.filter(({ msg }) => msg === "worker-2 is ready").length === 2;
        });
      },
    ],
    [
      "down, in the middle of work, stops every process in good order",
      async () => {
        promised = await uploadMany(url, 40);
        await compose.run("stop", "worker", "api");
        assert.deepEqual(new Set(await compose.facts("{{.State.ExitCode}}", "worker")), new Set(["0"]));
        assert.deepEqual(await compose.facts("{{.State.ExitCode}}", "api"), ["0"]);
        const done = (await filesIn(results)).length - 61;
        assert.ok(done < promised.length, "all were done before the stop: it proves nothing");
        await compose.run("down");
      },
    ],
    [
      "up after down: every image that was accepted is done, and what was done is there",
      async () => {
        await compose.run("up", "-d");
        await ready(url);
        const done = async () => (await filesIn(results)).length === 61 + promised.length;
        await eventually("the end of every image", done);
        for (const { id } of promised) assert.equal((await finalImage(url, id)).status, "done");
        const again = await finalImage(url, first.id);
        const response = await fetch(`${url}${again.variants[0]?.url}`);
        assert.equal(response.status, 200);
        await response.arrayBuffer();
      },
    ],
  ];
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await until(async () => (await isSo()) || (await sleep(300, false)), { what, withinMs: 300_000 });
}

async function ready(url: string): Promise<void> {
  await eventually("/readyz", async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true);
}

async function workersAre(url: string, names: readonly string[]): Promise<void> {
  await eventually(`the workers ${names.join(", ")}`, async () => {
    const response = await fetch(`${url}/v1/workers`);
    const workers = (await response.json()) as { id: string }[];
    return JSON.stringify(workers.map(({ id }) => id).toSorted()) === JSON.stringify(names);
  });
}

/** Half a second of work, on one core, and more on a busy one. */
const slowVariants = JSON.stringify([{ name: "slow", width: 800, format: "avif" }]);

/** Accepted images that keep workers busy for a while, eight uploads at a time. */
async function uploadMany(url: string, count: number): Promise<ImageView[]> {
  const content = await photo({ width: 3000, height: 2000, format: "jpeg" });
  const images: ImageView[] = [];
  for (let number = 0; number < count; number += 8) {
    const names = Array.from({ length: Math.min(8, count - number) }, (_, at) => `photo-${number + at}.jpg`);
    images.push(
      ...(await Promise.all(
        names.map((name) => accepted(url, { name, content }, { variants: slowVariants })),
      )),
    );
  }
  return images;
}

/** Paths of all files below; none when the folder is not there. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
