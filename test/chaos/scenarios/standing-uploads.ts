import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { photo } from "../../pictures/index.ts";
import { upload } from "../../support/client.ts";
import { removeFolder, startPixmill } from "../../support/pixmill.ts";
import { residentBytes } from "../../support/process-memory.ts";
import { until } from "../../support/until.ts";
import { MemoryCgroup } from "../memory-cgroup.ts";
import { NotPlayed, type Scenario } from "../scenario.ts";

const limit = 512 * 1024 ** 2;
const clients = 1_000;
/** What each sends of a file of three megabytes before it stands still. */
const sentBytes = 1_000_000;
/** Of the API: 32 MB that all uploads share, and what each of them costs beside. */
const mostGrowth = 200 * 1024 ** 2;

export const standingUploads: Scenario = {
  row: "Slow bodies",
  name: "1,000 clients of a container of 512 MB send a megabyte each and then stand still",
  needsRoot: true,
  async play() {
    const group = await MemoryCgroup.make(limit);
    if (!group) throw new NotPlayed("no control group can be made here");
    const picture = await photo({ width: 400, height: 300 });
    const pixmill = await startPixmill({ under: group.under });
    const sockets: Socket[] = [];
    try {
      const before = await residentBytes(pixmill.pid);
      let most = before;
      const body = Buffer.concat([picture, Buffer.alloc(sentBytes, 7)]).subarray(0, sentBytes);
      let refused = 0;
      for (let begun = 0; begun < clients; begun += 1) {
        const socket = connect(Number(new URL(pixmill.url).port), "127.0.0.1");
        sockets.push(socket);
        socket.on("error", () => {});
        socket.on("data", (bytes) => {
          if (/^HTTP\/1\.1 503 [\s\S]*retry-after/i.test(bytes.toString("latin1"))) refused += 1;
        });
        socket.write(
          "POST /v1/images HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: 3000000\r\n\r\n",
        );
        socket.write(body);
      }
      const haveSent = async () => {
        most = Math.max(most, await residentBytes(pixmill.pid));
        return sockets.every(
          ({ writableLength, connecting, destroyed }) => destroyed || (!connecting && writableLength === 0),
        );
      };
      await until(haveSent, { what: "the megabyte of each" });
      await sleep(2_000); // what is read and not dropped by then is held
      most = Math.max(most, await residentBytes(pixmill.pid));
      const { status } = await fetch(`${pixmill.url}/livez`);
      if (status !== 200) throw new Error(`/livez was answered ${status}`);
      await Promise.all(sockets.map((socket) => end(socket)));
      const taken = async () =>
        (await upload(pixmill.url, { name: "photo.jpg", content: picture })).status === 202;
      await until(taken, { what: "an upload after them" });
      const [kills, grown] = [await group.kills(), most - before];
      const figure = `${refused} refused with 503, grown by ${grown >> 20} MB, ${kills} OOM kills`;
      if (kills !== 0 || grown > mostGrowth || refused === 0) throw new Error(figure);
      return figure;
    } finally {
      for (const socket of sockets) socket.destroy();
      await pixmill.killAll();
      await removeFolder(pixmill.storage);
      await group.remove();
    }
  },
};

async function end(socket: Socket): Promise<void> {
  if (socket.closed) return;
  socket.destroy();
  await once(socket, "close");
}
