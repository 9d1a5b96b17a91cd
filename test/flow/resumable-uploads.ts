import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { Upload } from "tus-js-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { heavyPng } from "../pictures/heavy.ts";
import { photo } from "../pictures/index.ts";
import { badLine } from "../support/bad-line.ts";
import { finalImage } from "../support/client.ts";
import { beginUpload, offsetOf, sendPart, silentPart } from "../support/tus.ts";

export interface Restartable {
  readonly url: string;
  readonly storage: string;
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

    async function fallSilent(address: string): Promise<void> {
      const part = { bytes: picture.subarray(0, 4000), length: picture.length, storage: deployment.storage };
      sockets.push(await silentPart(address, part));
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
      await fallSilent(address);
      const offset = await offsetOf(address);
      expect(offset).toBeLessThanOrEqual(4000);
      const last = await sendPart(address, offset, picture.subarray(offset));
      expect(last.headers.get("image-id")).toBe(address.slice(-36));
    });

    it("goes on after its process was killed in the middle of a part", async () => {
      const { pathname } = new URL(await beginUpload(deployment.url, picture.length));
      await fallSilent(`${deployment.url}${pathname}`);
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
