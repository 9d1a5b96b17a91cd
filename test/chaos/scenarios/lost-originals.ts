import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { photo } from "../../pictures/index.ts";
import type { Scenario } from "../scenario.ts";

export const lostOriginals: Scenario = {
  row: "Original deleted or replaced between accept and run",
  name: "one original is deleted and one replaced before a worker comes to them",
  async play(arena) {
    const other = await photo({ width: 1200, height: 900, seed: 2 });
    const kinds = ["deleted.jpg", "replaced.jpg", "kept.jpg"];
    const pictures = kinds.map((name) => ({
      ...arena.ordinary,
      name,
      ...(name !== "kept.jpg" && { fails: ["original_missing" as const] }),
    }));
    for (const { current } of arena.workers) current?.signal("SIGSTOP");
    const load = arena.load({ pictures, images: 3, parallel: 1 });
    try {
      await load.done;
      for (const { filename, original } of await arena.rows.images("status = 'queued'")) {
        const path = join(arena.fleet.storage, original?.key ?? "");
        if (filename === "kept.jpg") continue;
        await rm(path);
        if (filename === "replaced.jpg") await writeFile(path, other);
      }
    } finally {
      for (const { current } of arena.workers) current?.signal("SIGCONT");
    }
    await arena.rows.noneUnfinished(60_000);
    const failed = await arena.rows.images("status = 'failed' and error like '%original_missing%'");
    const words = failed
      .filter(({ filename }) => kinds.includes(filename))
      .map(({ error }) => error?.message);
    if (words.length !== 2) throw new Error(`${words.length} of 2 failed`);
    // What was put there by hand is taken away by hand, so that the files can be compared.
    for (const { id, filename } of failed) {
      if (kinds.includes(filename)) await fetch(`${arena.url}/v1/images/${id}`, { method: "DELETE" });
      load.accepted.delete(id);
    }
    await arena.settled(load);
    return `original_missing: ${[...new Set(words)].join(" ")}`;
  },
};
