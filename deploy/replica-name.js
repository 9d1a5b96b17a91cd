// Preloaded by the workers of docker-compose.yml: the second one is called worker-2 in logs, events and /v1/workers,
// as compose itself calls it. Docker tells it to nobody but those who ask its DNS server whose the address is.
// Without an answer the worker keeps its usual name: the container's id and a suffix.
import { Resolver } from "node:dns/promises";
import { networkInterfaces } from "node:os";

if (!process.env.PIXMILL_WORKER_NAME) {
  const name = await replicaName().catch(() => undefined);
  if (name) process.env.PIXMILL_WORKER_NAME = name;
}

/** From `project_worker_2.network` (docker-compose 1.29) or `project-worker-2.network` (v2). */
async function replicaName() {
  const own = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === "IPv4" && !internal);
  const question = `${own.address.split(".").toReversed().join(".")}.in-addr.arpa`;
  // Not `reverse()`, which looks into /etc/hosts first and finds the container's id there.
  const [answer] = await new Resolver({ timeout: 1_000, tries: 2 }).resolvePtr(question);
  const number = /^[^.]+[-_](\d+)(?:\.|$)/.exec(answer)?.[1];
  return number && `worker-${number}`;
}
