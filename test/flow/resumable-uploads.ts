import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { Upload } from "tus-js-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { heavyPng } from "../pictures/heavy.ts";
import { photo } from "../pictures/index.ts";
import { badLine } from "../support/bad-line.ts";
import { finalImage } from "../support/client.ts";
import { beginUpload, offsetOf, sendPart } from "../support/tus.ts";
import { until } from "../support/until.ts";

export interface Restartable {
  readonly url: string;
  /** kill -9 of what answers at `url`; resolves when something answers at the new `url`. */
  replace(): Promise<string>;
  stop(): Promise<void>;
}

/** Resumable uploads that meet what they are made for, the same on every deployment. */
export function describeResumableUploads(name: string, start: () => Promise<Restartable>): void {
  describe(`${name}: a resumable upload`, () => {
    let deployment: Restartable;
    let picture: Buffer;
    const sockets: Socket[] = [];
    beforeAll(async () => {
      picture = await photo({ width: 800, height: 600, format: "jpeg" });
      deployment = await start();
    }, 180_000);
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });
    afterAll(() => deployment?.stop());

    /** A PATCH whose client falls silent after `bytes`, without a word. */
    async function silentPart(address: string, bytes: Uint8Array): Promise<void> {
      const { hostname, port, pathname } = new URL(address);
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      sockets.push(socket);
      socket.write(
        `PATCH ${pathname} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
          `Content-Type: application/offset+octet-stream\r\nContent-Length: ${picture.length}\r\n\r\n`,
      );
      socket.write(bytes);
      await until(() => socket.bytesWritten > bytes.length && socket.writableLength === 0);
      await new Promise((resolve) => setTimeout(resolve, 500)); // for the service to read them
    }

    it("of 60 MB by tus-js-client lives through three cut connections and a killed API", async () => {
      const content = await heavyPng();
      expect(content.length).toBeGreaterThan(60_000_000);
      const line = await badLine(deployment.url, () => deployment.replace());
      try {
        const id = await new Promise<string>((resolve, reject) => {
          new Upload(content, {
            endpoint: `${line.url}/v1/uploads`,
            retryDelays: Array.from({ length: 100 }, () => 200),
            metadata: { filename: "heavy.png", variants: '[{"name":"small","width":20}]' },
            onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("Image-Id") ?? ""),
            onError: reject,
          }).start();
        });
        await line.over;
        expect(line.interruptions()).toBe(4);
        const image = await finalImage(deployment.url, id);
        expect(image).toMatchObject({
          status: "done",
          filename: "heavy.png",
          original: { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
          variants: [{ name: "small", width: 20, height: 16 }],
        });
      } finally {
        await line.close();
      }
    }, 300_000);

    it("is taken over while the service still listens to a silent client", async () => {
      const address = await beginUpload(deployment.url, picture.length);
      await silentPart(address, picture.subarray(0, 4000));
      expect(await offsetOf(address)).toBe(4000);
      const last = await sendPart(address, 4000, picture.subarray(4000));
      expect(last.headers.get("image-id")).toBe(address.slice(-36));
    });

    it("goes on after its process was killed in the middle of a part", async () => {
      const { pathname } = new URL(await beginUpload(deployment.url, picture.length));
      await silentPart(`${deployment.url}${pathname}`, picture.subarray(0, 4000));
      await deployment.replace();
      const address = `${deployment.url}${pathname}`;
      const offset = await offsetOf(address);
      expect(offset).toBeLessThanOrEqual(4000);
      const last = await sendPart(address, offset, picture.subarray(offset));
      const id = last.headers.get("image-id") ?? "";
      expect(await finalImage(deployment.url, id)).toMatchObject({ status: "done", filename: "cat.jpg" });
    });
  });
}
