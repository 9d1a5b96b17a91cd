import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Scenario } from "../scenario.ts";

const setLimit = (pid: number, soft: number) =>
  promisify(execFile)("prlimit", [`--pid=${pid}`, `--nofile=${soft}:`]);

export const noDescriptors: Scenario = {
  row: "EMFILE",
  name: "the API and a worker may open no more files for a while",
  async play(arena) {
    const pids = [(await arena.api.alive()).pid, (await arena.processes[1]?.alive())?.pid ?? 0];
    for (const pid of pids) await setLimit(pid, (await readdir(`/proc/${pid}/fd`)).length + 2);
    const load = arena.load({ images: arena.of(40, 240), parallel: 8, mayBeUnanswered: true });
    await sleep(arena.of(4_000, 30_000));
    for (const pid of pids) await setLimit(pid, 4_096);
    if (load.refused.size === 0) throw new Error("nothing was short of descriptors");
    return await arena.settled(load);
  },
};
