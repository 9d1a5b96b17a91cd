import { finalImage, type ImageView } from "../test/support/client.ts";
import type { Pixmill } from "../test/support/pixmill.ts";
import type { BenchVariant } from "./photos.ts";
import { cpuMs } from "./process-tree.ts";

export type Door = "multipart" | "raw";

export async function uploadOnce(
  url: string,
  photo: Buffer<ArrayBuffer>,
  door: Door,
  variants?: readonly BenchVariant[],
): Promise<ImageView> {
  const asked = variants && JSON.stringify(variants);
  let response: Response;
  if (door === "raw") {
    const query = new URLSearchParams({ filename: "photo.jpg", ...(asked && { variants: asked }) });
    const headers = { "content-type": "image/jpeg" };
    response = await fetch(`${url}/v1/images?${query}`, { method: "POST", headers, body: photo });
  } else {
    const form = new FormData();
    form.append("file", new Blob([photo]), "photo.jpg");
    if (asked) form.append("variants", asked);
    response = await fetch(`${url}/upload`, { method: "POST", body: form });
  }
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as ImageView;
}

/** Uploads `count` times, four at a time, and waits until all are done. */
export async function uploadMany(
  url: string,
  photo: Buffer<ArrayBuffer>,
  options: {
    count: number;
    door: Door;
    variants?: readonly BenchVariant[];
    progress?: (done: number) => void;
  },
): Promise<void> {
  let begun = 0;
  let done = 0;
  const one = async () => {
    while (begun < options.count) {
      begun += 1;
      const { id } = await uploadOnce(url, photo, options.door, options.variants);
      const image = await finalImage(url, id);
      if (image.status !== "done") throw new Error(`${id} is ${image.status}: ${image.error?.code}`);
      done += 1;
      options.progress?.(done);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
}

/** CPU of all of the service's processes for `count` photos, and that of the engine's, in milliseconds a photo. */
export async function serviceCpu(
  pixmill: Pixmill,
  photo: Buffer<ArrayBuffer>,
  options: { count: number; door: Door; variants?: readonly BenchVariant[] },
): Promise<{ cpuMs: number; engineMs: number }> {
  const before = cpuMs(pixmill.pid);
  await uploadMany(pixmill.url, photo, options);
  const after = cpuMs(pixmill.pid);
  return {
    cpuMs: (after.all - before.all) / options.count,
    engineMs: (after.children - before.children) / options.count,
  };
}

/** Milliseconds from the first byte sent to the 202, each upload on an idle service. */
export async function acceptTimes(url: string, photo: Buffer<ArrayBuffer>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    const { id } = await uploadOnce(url, photo, "multipart");
    times.push(performance.now() - startedAt);
    await finalImage(url, id);
  }
  return times.sort((a, b) => a - b);
}
