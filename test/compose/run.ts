import { cp } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/free-port.ts";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";
import { CannotRun, Compose, findCompose } from "./compose.ts";
import { steps } from "./steps.ts";

/*
 * Repeats what the README and docs/operations.md say about docker-compose, and looks at each step whether it is so:
 * `npm run test:compose`. On a copy of the checkout, in a project of its own, so that nobody's ./storage, volumes
 * and containers are touched. The image stays, because the next run builds on its layers.
 */
const name = "pixmill-compose-test";
const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** Without what the image is not built from, above all the user's own pictures and passwords. */
async function copyCheckout(folder: string): Promise<void> {
  const left = new Set(["node_modules", "storage", "dist", "coverage", ".git", ".env"]);
  await cp(checkout, folder, {
    recursive: true,
    filter: (path) => !left.has(relative(checkout, path).split("/")[0] ?? ""),
  });
}

async function main(): Promise<void> {
  const command = findCompose();
  const folder = await temporaryFolder("pixmill-compose-");
  const port = await freePort();
  const compose = new Compose({
    command,
    folder,
    project: name,
    // Ten engine processes on a small machine are slow, which is not what is looked at here.
    env: { IMAGE: name, PUBLISH: `127.0.0.1:${port}`, PIXMILL_JOB_TIMEOUT: "5m" },
  });
  const startedAt = performance.now();
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`.padStart(6);
  try {
    await copyCheckout(folder);
    await compose.run("down", "--volumes", "--remove-orphans");
    for (const [sentence, check] of steps({ compose, folder, port })) {
      await check();
      console.log(`✓ ${seconds()}  ${sentence}`);
    }
  } catch (error) {
    console.log(`✗ ${seconds()}  ${error instanceof Error ? error.message : String(error)}`);
    console.log(await compose.run("logs", "--no-color", "--tail", "40").catch(String));
    process.exitCode = 1;
  } finally {
    await compose.run("down", "--volumes", "--remove-orphans").catch(console.log);
    await removeFolder(folder);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  // Docker is not everywhere, and only root may use it: said loudly, and no failure.
  console.warn(`\nSKIPPED: ${error.message}: docker-compose.yml and the Dockerfile are not tested here.\n`);
}
