import { workerData } from "node:worker_threads";

const parentPid: unknown = workerData;

/** An orphan gets another parent. Once a second is cheap, and soon enough. */
setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, "SIGKILL");
}, 1_000);
