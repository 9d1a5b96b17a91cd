import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Catalog, openCatalog } from "../../src/catalog/database.ts";
import type { ImageRecord } from "../../src/catalog/image-record.ts";
import type { Views } from "../../src/catalog/outbox.ts";
import { type ImageStatus, imageStatuses, type Transition, transitions } from "../../src/image/status.ts";
import { describeAnswers } from "./catalog-answers.ts";
import { describeBatches } from "./catalog-batches.ts";
import { describeClaims } from "./catalog-claims.ts";
import { describeDeliveries } from "./catalog-deliveries.ts";
import {
  accepted,
  corrupt,
  type EmptyDatabase,
  found,
  imageThatIs,
  longLease,
  newImage,
  newImages,
  readyThumb,
} from "./catalog-fixtures.ts";
import { describeImages } from "./catalog-images.ts";
import { describeSources } from "./catalog-sources.ts";
import { describeTurns } from "./catalog-turns.ts";
import { describeWorkers } from "./catalog-workers.ts";

const views: Views = {
  image: ({ id, status, revision }) => ({ id, status, revision }),
  batch: ({ id, finishedAt, counts }) => ({ id, finishedAt, done: counts.done }),
};

/** What every database of the catalog promises. `make` gives each test an empty one. */
export function describeCatalog(name: string, make: () => Promise<EmptyDatabase>): void {
  describe(`${name} as the catalog`, () => {
    let database: EmptyDatabase;
    let catalog: Catalog;
    beforeEach(async () => {
      database = await make();
      catalog = await openCatalog(database.url, { views });
    });
    afterEach(async () => {
      await catalog.close();
      await database.drop();
    });

    describeImages(() => catalog);
    describeClaims(() => catalog);
    describeBatches(() => catalog);
    describeDeliveries(() => catalog);
    describeSources(() => catalog);
    describeTurns(() => catalog);
    describeWorkers(() => catalog);
    describeAnswers(() => catalog);

    it("answers a ping, and no more once it is closed", async () => {
      await catalog.ping();
      await catalog.close();
      await expect(catalog.ping()).rejects.toThrow();
    });

    it("finds everything again when it is opened a second time", async () => {
      const before = await accepted(catalog);
      await catalog.close();
      catalog = await openCatalog(database.url, { views });
      expect(await catalog.images.find(before.id)).toEqual(before);
    });

    describe("changes a status as the table of transitions says, and never else", () => {
      for (const status of imageStatuses) {
        for (const verb of verbs) {
          // A waiting image may fail by the table, but by no attempt: that one lost it.
          const may = verb.heldOnly ? status === "processing" : startsIn(verb.transition, status);
          it(`${verb.name} ${may ? "changes" : "leaves"} an image that is ${status}`, async () => {
            const before = await imageThatIs(catalog, status);
            const answer = await verb.act(catalog, before);
            const after = await found(catalog, before.id);
            if (!may) {
              expect(answer).toBeUndefined();
              expect(after).toEqual(before);
              return;
            }
            expect(answer).toEqual(after);
            expect(after.status).toBe(transitions[verb.transition].to);
            expect(after.revision).toBe(before.revision + 1);
          });
        }
      }
    });

    it("shows nobody a part of what one accept brings", async () => {
      const batch = { id: newImage().id, preset: null };
      const images = newImages(1_200, { batchId: batch.id });
      let over = false;
      const accepting = catalog.images.accept(images, batch).finally(() => {
        over = true;
      });
      const totals = new Set<number | undefined>();
      while (!over) totals.add(totalOf(await catalog.batches.find(batch.id)));
      await accepting;
      totals.add(totalOf(await catalog.batches.find(batch.id)));
      expect([...totals].filter((total) => total !== undefined)).toEqual([1_200]);
    });

    it("undoes an accept that fails as a whole, and nothing that was accepted beside it", async () => {
      const taken = await accepted(catalog);
      const batch = { id: newImage().id, preset: null };
      const failing = [...newImages(1_200, { batchId: batch.id }), newImage({ id: taken.id })];
      const [failure, ...beside] = await Promise.allSettled([
        catalog.images.accept(failing, batch),
        ...newImages(5).map((image) => catalog.images.accept([image])),
      ]);
      expect(failure.status).toBe("rejected");
      expect(beside.map(({ status }) => status)).toEqual(Array(5).fill("fulfilled"));
      expect(await catalog.batches.find(batch.id)).toBeUndefined();
      const { items } = await catalog.images.list({ limit: 100 });
      expect(items).toHaveLength(6);
    });

    it("invariant 1: keeps every image that it said to have accepted, when the process is killed", async () => {
      await catalog.close();
      const child = spawn(process.execPath, [acceptUntilKilled, database.url], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const closed = once(child, "close");
      const ids: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        if (ids.push(line) === 150) child.kill("SIGKILL");
      }
      await closed;
      expect(child.signalCode).toBe("SIGKILL");
      catalog = await openCatalog(database.url, { views });
      for (const id of ids) expect(await catalog.images.find(id)).toMatchObject({ id, status: "queued" });
      const kept = await catalog.claims.unfinished({ limit: ids.length + 2 });
      // The last one may have been committed and not yet said.
      expect(kept.length - ids.length).toBeOneOf([0, 1]);
    });
  });
}

const acceptUntilKilled = fileURLToPath(new URL("./accept-until-killed.ts", import.meta.url));

function startsIn(transition: Transition, status: ImageStatus): boolean {
  return transitions[transition].from.some((from) => from === status);
}

interface Verb {
  readonly name: string;
  readonly transition: Transition;
  readonly heldOnly?: boolean;
  readonly act: (catalog: Catalog, image: ImageRecord) => Promise<ImageRecord | undefined>;
}

const verbs: readonly Verb[] = [
  {
    name: "a claim",
    transition: "claim",
    act: (catalog, { id, generation }) =>
      catalog.claims.claim(id, { worker: "worker-2", leaseMs: longLease, generation }),
  },
  {
    name: "a give-back",
    transition: "giveBack",
    act: (catalog, { id, attempt }) => catalog.claims.giveBack(id, attempt, { strike: false }),
  },
  {
    name: "a finish",
    transition: "finish",
    act: (catalog, { id, attempt }) =>
      catalog.claims.finish(id, attempt, { status: "done", variants: [readyThumb], error: null }),
  },
  {
    name: "a failure",
    transition: "fail",
    heldOnly: true,
    act: (catalog, { id, attempt }) =>
      catalog.claims.finish(id, attempt, { status: "failed", variants: [], error: corrupt }),
  },
  { name: "a cancel", transition: "cancel", act: (catalog, { id }) => catalog.images.cancel(id) },
  { name: "a retry", transition: "retry", act: (catalog, { id }) => catalog.images.retry(id) },
];

function totalOf(batch: Awaited<ReturnType<Catalog["batches"]["find"]>>): number | undefined {
  return batch === "gone" ? undefined : batch?.counts.total;
}
