import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { describeClient, webhookSecret } from "./client.ts";

const env = { PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on", PIXMILL_WEBHOOK_SECRET: webhookSecret };

describeClient("embedded", async () => {
  const pixmill = await startPixmill({ env });
  return {
    url: pixmill.url,
    storage: pixmill.storage,
    async stop() {
      await pixmill.stop();
      await removeFolder(pixmill.storage);
    },
  };
});

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeClient("distributed", () => Fleet.start({ workers: 2, env }));
});

describe("the README", () => {
  it("shows a program that works", async () => {
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const program = /## From your code.*?```js\n(.*?)```/s.exec(readme)?.[1] ?? "";
    const pixmill = await startPixmill();
    try {
      await writeFile(
        join(pixmill.storage, "cat.jpg"),
        await photo({ width: 640, height: 480, format: "jpeg" }),
      );
      const client = new URL("../../src/client/index.ts", import.meta.url).href;
      const here = program.replace("pixmill/client", client).replace("http://localhost:5000", pixmill.url);
      await writeFile(join(pixmill.storage, "program.mjs"), here);
      const options = { cwd: pixmill.storage };
      const { stdout } = await promisify(execFile)(process.execPath, ["program.mjs"], options);
      expect(stdout).toMatch(/^done \/v1\/images\/.+\/variants\/small\?v=\w+\n$/);
    } finally {
      await pixmill.stop();
      await removeFolder(pixmill.storage);
    }
  });
});
