import { bombs, frameBombs, photo } from "../../pictures/index.ts";
import { accepted, finalImage, upload } from "../../support/client.ts";
import { removeFolder, startPixmill } from "../../support/pixmill.ts";
import { MemoryCgroup } from "../memory-cgroup.ts";
import { NotPlayed, type Scenario } from "../scenario.ts";

const limit = 512 * 1024 ** 2;
const allBombs = [...bombs, ...frameBombs];
const variants = JSON.stringify([
  { name: "thumb", width: 300, height: 300 },
  { name: "web", width: 1_600 },
  { name: "small", width: 640, format: "webp" },
]);

export const smallContainer: Scenario = {
  row: "A container of 512 MB",
  name: "the whole service lives in 512 MB with photos of 12 and 48 MP and bombs among them",
  needsRoot: true,
  async play(arena) {
    const group = await MemoryCgroup.make(limit);
    if (!group) throw new NotPlayed("no control group can be made here");
    const [usual, large] = await Promise.all([
      photo({ width: 4_000, height: 3_000 }),
      photo({ width: 8_000, height: 6_000, quality: 75 }),
    ]);
    const pixmill = await startPixmill({ under: group.under, env: { PIXMILL_CONCURRENCY: "2" } });
    try {
      const photos = arena.of(24, 300);
      const ten = arena.of(2, 10);
      const ends = new Map<string, number>();
      let [next, sent] = [0, 0];
      const hand = async () => {
        while (next < photos) {
          const index = next++;
          const every = (count: number) => index % Math.floor(photos / count) === 0;
          if (every(ten)) {
            const [name, make] = allBombs[sent++ % allBombs.length] ?? ["", () => Buffer.alloc(1)];
            const { status } = await upload(pixmill.url, { name, content: await make() });
            if (status !== 422) throw new Error(`${name} was answered ${status}`);
            ends.set(`${status}`, (ends.get(`${status}`) ?? 0) + 1);
          }
          const content = every(ten) ? large : usual;
          const { id } = await accepted(pixmill.url, { name: "photo.jpg", content }, { variants });
          const { status, error } = await finalImage(pixmill.url, id);
          const end = error ? `${status} ${error.code}` : status;
          ends.set(end, (ends.get(end) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 6 }, hand));
      const [peak, kills] = [await group.peak(), await group.kills()];
      const said = [...ends].map(([end, times]) => `${times} × ${end}`).join(", ");
      const budget = /pixmill_memory_budget_bytes (\d+)/.exec(
        await (await fetch(`${pixmill.url}/metrics`)).text(),
      )?.[1];
      const figure = `${said}; ${kills} OOM kills, the group at most ${peak >> 20} MB with its file cache, budget ${Number(budget) >> 20} MB`;
      if (ends.get("done") !== photos || kills !== 0) throw new Error(figure);
      return figure;
    } finally {
      await pixmill.killAll();
      await removeFolder(pixmill.storage);
      await group.remove();
    }
  },
};
