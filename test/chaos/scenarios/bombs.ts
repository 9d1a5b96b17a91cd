import { bombs } from "../../pictures/index.ts";
import { measureProcesses } from "../process-size.ts";
import type { Scenario } from "../scenario.ts";

/** Of the API, for all of them together. */
const mostMemory = 32 * 1024 ** 2;

const outputs = [
  [{ name: "wide", width: 100_000 }],
  [{ name: "large", width: 16_000, height: 16_000, enlarge: true }],
  Array.from({ length: 100 }, (_, index) => ({ name: `v${index}`, width: 10 })),
];

export const bombsAmongPhotos: Scenario = {
  row: "Bombs: pictures and results that only say they are large",
  name: "bombs come among good pictures",
  async play(arena) {
    const { pid } = await arena.api.alive();
    const memory = async () => (await measureProcesses([pid])).get(pid)?.memory ?? 0;
    const load = arena.load({ images: arena.of(30, 300) });
    await load.reached(1 / 3);
    const before = await memory();
    let slowestMs = 0;
    for (const [name, make] of bombs) {
      const content = await make();
      const startedAt = performance.now();
      const { status, code } = await send(arena.url, content);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      if (status !== 422) throw new Error(`${name} was answered ${status} ${code}`);
    }
    for (const wish of outputs) {
      const { status, code } = await send(arena.url, arena.ordinary.content, JSON.stringify(wish));
      if (status !== 400)
        throw new Error(`${JSON.stringify(wish).slice(0, 60)} was answered ${status} ${code}`);
    }
    const more = (await memory()) - before;
    if (more > mostMemory) throw new Error(`the API grew by ${more >> 20} MB`);
    return `${bombs.length} refused, the slowest in ${slowestMs.toFixed(0)} ms, ${outputs.length} wishes refused; ${await arena.settled(load)}`;
  },
};

async function send(url: string, content: Buffer, variants?: string) {
  const query = new URLSearchParams({ filename: "bomb", ...(variants && { variants }) });
  const response = await fetch(`${url}/v1/images?${query}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(content),
  });
  return { status: response.status, code: ((await response.json()) as { code?: string }).code };
}
