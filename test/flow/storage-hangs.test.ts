import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withPatience } from "../../src/patience.ts";
import { receiveOriginal } from "../../src/resize/receive-original.ts";
import { submitImage } from "../../src/resize/submit-image.ts";
import { adopt } from "../../src/storage/files.ts";
import { flat } from "../pictures/index.ts";
import { accepted, finalImage, upload } from "../support/client.ts";
import { filesBelow } from "../support/files-below.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { openSeams } from "../support/seams.ts";
import { beginUpload, offsetOf, sendPart } from "../support/tus.ts";
import { until } from "../support/until.ts";

const preload = fileURLToPath(new URL("../chaos/hanging-storage.ts", import.meta.url));
/** Fifteen seconds for the step, one for what is tidied up; the rest is the machine's. */
const refusedWithinMs = 25_000;

let folder: string;
let flag: string;
let pixmill: Pixmill | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  flag = join(folder, "hang");
});
afterEach(async () => {
  await pixmill?.killAll();
  await removeFolder(folder);
});

const photo = async () => ({
  name: "cat.png",
  content: await flat({ width: 400, height: 300, format: "png" }),
});

async function expectRefusal(asking: Promise<Response>): Promise<void> {
  const startedAt = performance.now();
  const answer = await asking;
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "storage_error" }]);
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(performance.now() - startedAt).toBeLessThan(refusedWithinMs);
}

/** Files below a part of the storage folder. */
async function filesIn(part: string): Promise<string[]> {
  return await filesBelow(join(folder, "storage", part));
}

it("refuses what comes in and goes out when the storage folder does not answer, and heals", async () => {
  const env = { CHAOS_HANG_WHILE: flag, NODE_OPTIONS: `--import=${preload}` };
  pixmill = await startPixmill({ storage: join(folder, "storage"), env });
  const { url } = pixmill;
  const file = await photo();
  const { id } = await accepted(url, file);
  const image = await finalImage(url, id);
  const begun = await beginUpload(url, file.content.length);
  await writeFile(flag, "");
  const raw = {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array(file.content),
  };
  await Promise.all([
    expectRefusal(fetch(`${url}/v1/images`, raw)),
    expectRefusal(upload(url, file, {}, "/v1/images")),
    expectRefusal(upload(url, file, {}, "/v1/batches")),
    expectRefusal(fetch(new URL(image.variants[0]?.url ?? "", url))),
    expectRefusal(fetch(new URL(image.original?.url ?? "", url))),
    expectRefusal(sendPart(begun, 0, file.content)),
  ]);
  await rm(flag);
  // What hung goes on now, and must clear up after itself: before that there is nothing to be seen.
  await sleep(500);
  await until(async () => (await filesIn(".work/staging")).length === 0, { what: "an empty staging folder" });
  expect(await filesIn("uploads")).toHaveLength(1);
  const rest = await offsetOf(begun);
  expect((await sendPart(begun, rest, file.content.subarray(rest))).status).toBe(204);
  for (const again of [begun.slice(-36), (await accepted(url, file)).id]) {
    const { original } = await finalImage(url, again);
    expect(original?.sha256).toBe(image.original?.sha256);
  }
});

it("takes an original away again that gets its name when its upload was refused", async () => {
  const seams = await openSeams();
  const release = Promise.withResolvers<void>();
  let adopting: Promise<void> | undefined;
  const late = (path: string, key: string, options: { readonly synced?: boolean }) => {
    adopting = release.promise.then(() => adopt(seams.storage, path, key, options));
    return adopting;
  };
  const storage = new Proxy(seams.storage, {
    get(target, name) {
      if (name === "adopt") return late;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const received = await receiveOriginal(seams, Readable.from([(await photo()).content]), "cat.png");
  const submitting = withPatience(2_000, () => submitImage({ ...seams, storage }, received, {}));
  await expect(submitting).rejects.toMatchObject({ code: "storage_error", status: 503 });
  release.resolve();
  await adopting;
  const originals = async () =>
    (await readdir(join(seams.folder, "uploads"), { recursive: true })).filter((name) =>
      name.endsWith(".png"),
    );
  await until(async () => (await originals()).length === 0, { what: "the end of the original" });
  await seams.close();
});
