import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { finalImage } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { beginUpload, offsetOf, sendPart, silentPart, tus } from "../support/tus.ts";
import { until } from "../support/until.ts";
import { describeResumableUploads } from "./resumable-uploads.ts";

describeResumableUploads("embedded", async () => {
  let pixmill = await startPixmill();
  const { storage } = pixmill;
  return {
    storage,
    get url() {
      return pixmill.url;
    },
    async replace() {
      await pixmill.killAll();
      pixmill = await startPixmill({ storage });
      return pixmill.url;
    },
    async stop() {
      await pixmill.stop();
      await removeFolder(storage);
    },
  };
});

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeResumableUploads("distributed", async () => {
    const fleet = await Fleet.start({ workers: 1 });
    let api = fleet.api;
    return {
      storage: fleet.storage,
      get url() {
        return api.url;
      },
      async replace() {
        const next = await fleet.startApi();
        await api.killAll();
        api = next;
        return api.url;
      },
      stop: () => fleet.stop(),
    };
  });

  describe("two APIs on one folder", () => {
    let fleet: Fleet;
    let other: Pixmill;
    let picture: Buffer;
    beforeAll(async () => {
      picture = await photo({ width: 640, height: 480, format: "jpeg" });
      fleet = await Fleet.start({ workers: 1 });
      other = await fleet.startApi();
    }, 180_000);
    afterAll(() => fleet?.stop());

    it("take the parts of one upload in turns", async () => {
      const { pathname } = new URL(await beginUpload(fleet.url, picture.length));
      let last: Response | undefined;
      for (let offset = 0; offset < picture.length; offset += 10_000) {
        const url = (offset / 10_000) % 2 === 0 ? other.url : fleet.url;
        last = await sendPart(url + pathname, offset, picture.subarray(offset, offset + 10_000));
        expect(last.status).toBe(204);
      }
      expect(await finalImage(other.url, last?.headers.get("image-id") ?? "")).toMatchObject({
        status: "done",
      });
      const again = await sendPart(fleet.url + pathname, picture.length, new Uint8Array());
      expect(again.headers.get("image-id")).toBe(last?.headers.get("image-id"));
    });

    it("hand an upload over when the client of one of them falls silent", async () => {
      const { pathname } = new URL(await beginUpload(fleet.url, picture.length));
      const part = { bytes: picture.subarray(0, 4000), length: picture.length, storage: fleet.storage };
      const socket = await silentPart(fleet.url + pathname, part);
      const offset = await offsetOf(other.url + pathname);
      expect(offset).toBeLessThanOrEqual(4000);
      const last = await sendPart(other.url + pathname, offset, picture.subarray(offset));
      expect(last.headers.get("image-id")).toBe(pathname.slice(-36));
      socket.destroy();
    });

    it("make one image of a last part that is sent to both at once", async () => {
      const { pathname } = new URL(await beginUpload(fleet.url, picture.length));
      await sendPart(fleet.url + pathname, 0, picture.subarray(0, 1000));
      await Promise.all(
        [fleet.url, other.url].map((url) => sendPart(url + pathname, 1000, picture.subarray(1000))),
      );
      const heads = await Promise.all([fleet.url, other.url].map((url) => tus(url + pathname, "HEAD")));
      expect(heads.map(({ headers }) => headers.get("image-id"))).toEqual([
        pathname.slice(-36),
        pathname.slice(-36),
      ]);
      expect(await finalImage(other.url, pathname.slice(-36))).toMatchObject({ status: "done", attempt: 1 });
    });
  });
});

describe("an upload that was whole when everything was killed", () => {
  it("becomes an image at the next start, without its client", async () => {
    const picture = await photo({ width: 640, height: 480, format: "jpeg" });
    const first = await startPixmill();
    const address = await beginUpload(first.url, picture.length);
    await sendPart(address, 0, picture.subarray(0, -1));
    await first.killAll();
    const id = address.slice(-36);
    // The state of a kill between the last byte and the row.
    await appendFile(join(first.storage, ".work", "uploads", id), picture.subarray(-1));
    const second = await startPixmill({ storage: first.storage });
    try {
      const isThere = async () => (await fetch(`${second.url}/v1/images/${id}`)).status === 200;
      await until(isThere, { withinMs: 60_000, what: "the image" });
      expect(await finalImage(second.url, id)).toMatchObject({ status: "done", filename: "cat.jpg" });
    } finally {
      await second.stop();
      await removeFolder(first.storage);
    }
  });
});
