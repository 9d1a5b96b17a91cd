import { answerLifetimeMs } from "./answer-once.ts";
import { removeSomeBuried } from "./delete-image.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf, dispatch, jobOf } from "./dispatch.ts";
import { finishBatch, tellEnd } from "./finish-batch.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage" | "queue" | "events" | "logger">;

const pageSize = 500;
/** How old a batch's end is when whoever wrote it has surely told it, or is dead. Milliseconds. */
const untoldMs = 5_000;
/** How long a deleted image or batch still answers `gone`, in milliseconds. */
const tombstoneMs = 24 * 60 * 60 * 1000;

/**
 * Makes the queue hold again what the catalog says is unfinished (invariant 2), and ends what a killed process
 * left half ended. Safe to run at any time and in every process at once: each step is conditional in the catalog.
 */
export async function reconcile(dependencies: Needs): Promise<void> {
  const { tombstones, batches, answers } = dependencies.catalog;
  const failures: unknown[] = [];
  // What one step cannot do, because Redis is away or a file cannot be unlinked, must not keep the others from theirs.
  const attempt = (step: () => Promise<unknown>) => step().catch((error: unknown) => failures.push(error));
  await attempt(() => releaseClaims(dependencies, { all: false }));
  await attempt(() => refillQueue(dependencies));
  await attempt(() => removeSomeBuried(dependencies));
  await attempt(() => tombstones.purgeImages(tombstoneMs));
  await attempt(() => answers.purge(answerLifetimeMs));
  await attempt(() => tombstones.purgeBatches(tombstoneMs));
  await attempt(async () => {
    for (const id of await batches.overButOpen(pageSize)) await finishBatch(dependencies, id);
  });
  await attempt(async () => {
    for (const id of await batches.endedUntold(untoldMs, pageSize)) await tellEnd(dependencies, id);
  });
  if (failures.length > 0) throw failures[0];
}

/**
 * Gives claims of dead workers back. `all`: every claim, for the embedded start, where the lock on the storage
 * folder proves that no other process lives.
 */
export async function releaseClaims(dependencies: Needs, { all }: { all: boolean }): Promise<void> {
  const { catalog, events, logger } = dependencies;
  for (const record of await catalog.claims.releaseExpired({ all })) {
    logger.warn(
      { imageId: record.id, attempt: record.attempt, status: record.status },
      "claim of a dead worker ended",
    );
    if (record.status === "queued") await dispatch(dependencies, record);
    else
      events.publish({
        type: `image.${record.status === "done" ? "done" : "failed"}`,
        imageId: record.id,
        ...batchOf(record),
      });
  }
}

/** Enqueues queued images by their turns, while the catalog knows of more than the queue holds. */
export async function refillQueue({
  catalog,
  queue,
  logger,
}: Pick<Needs, "catalog" | "queue" | "logger">): Promise<void> {
  const counts = await queue.counts();
  const { queued, toFetch } = await catalog.images.statistics();
  if (queued - toFetch <= counts.waiting + counts.delayed) return;
  let after: Parameters<typeof catalog.claims.unfinished>[0]["after"];
  let added = 0;
  for (;;) {
    const page = await catalog.claims.unfinished({ limit: pageSize, ...(after && { after }) });
    for (const job of await queue.missing(page.map(jobOf))) {
      const outcome = await queue.enqueue(job);
      if (outcome === "full") return;
      if (outcome === "queued") added += 1;
    }
    after = page.at(-1);
    if (page.length < pageSize) break;
  }
  if (added > 0) logger.info({ images: added }, "reconciler put unfinished images back into the queue");
}
