import { once } from "node:events";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { beginUpload, offsetOf, sendPart, silentPart } from "../../support/tus.ts";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { Scenario } from "../scenario.ts";

const expiredMs = 25 * 60 * 60 * 1000;

export const uploadsExpire: Scenario = {
  row: "Expiry of uploads while one comes in",
  name: "two resumable uploads are a day old, and one of them has a client that still sends",
  async play(arena) {
    const { content, name, variants } = arena.ordinary;
    const load = arena.load({ images: 0 });
    const begin = () => beginUpload(arena.url, content.length, { filename: name, variants });
    const [given, taken] = [await begin(), await begin()];
    await sendPart(given, 0, content.subarray(0, 1_000));
    const half = content.subarray(0, content.length >> 1);
    const socket = await silentPart(taken, {
      bytes: half,
      length: content.length,
      storage: arena.fleet.storage,
    });
    const cut = Promise.race([once(socket, "close"), once(socket, "data")]);
    for (const address of [given, taken]) await age(arena, address);
    // Workers look every 15 s, and at their start.
    const worker = await arena.fleet.launch("worker", { PIXMILL_WORKER_NAME: "worker-sweeping" });
    await until(async () => (await statusOf(given)) === 404, {
      what: "the end of the upload that nobody goes on with",
      withinMs: 60_000,
    });
    // The sweep asks whoever writes to end, and looks again.
    await cut;
    socket.destroy();
    await worker.stop();
    const offset = await offsetOf(taken);
    if (offset !== half.length) throw new Error(`${offset} of ${half.length} bytes are left`);
    const { status, headers } = await sendPart(taken, offset, content.subarray(offset));
    if (status !== 204) throw new Error(`the rest was answered ${status}`);
    load.accepted.set(headers.get("image-id") ?? "", arena.ordinary);
    return `one expired, one went on; ${await arena.settled(load)}`;
  },
};

async function age({ fleet }: Arena, address: string): Promise<void> {
  const then = new Date(Date.now() - expiredMs);
  await utimes(join(fleet.storage, ".work", "uploads", address.slice(-36)), then, then);
}

async function statusOf(address: string): Promise<number> {
  return (await fetch(address, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } })).status;
}
