import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { errorTable } from "../../src/errors.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { removeFolder, startPixmill } from "../support/pixmill.ts";
import { codesNotMet, type NotMet, notMet, notMetEmbedded } from "./contract/not-met.ts";
import { operationsOf, rowsOfAll, rowsOfWrongKeys, rowsWithoutCatalog } from "./contract/of-all.ts";
import { type Row, rows } from "./contract/rows.ts";
import { SlowBodies } from "./contract/slow-bodies.ts";
import { contractEnv, World } from "./contract/world.ts";

const operations = operationsOf(inject("openapi"));
const known = [...rows, ...rowsOfAll(operations)];
const heads = new Set(operations.flatMap(({ operation, method }) => (method === "HEAD" ? [operation] : [])));
const withWrongKeys = rowsOfWrongKeys(operations);
const withoutCatalog = rowsWithoutCatalog(operations);

interface Deployment {
  readonly url: string;
  readonly storage: string;
  readonly stop: () => Promise<void>;
  /** Takes the catalog away, for good. */
  readonly loseCatalog?: () => Promise<void>;
}

/** Whatever comes back is also held against the OpenAPI document, as every answer of the tests is. */
async function outcomeOf({ operation, code, ask }: Row, world: World) {
  const answer = await ask(world);
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json");
  const isHead = heads.has(operation);
  const seen = isProblem && !isHead ? ((await answer.json()) as { code: string }).code : undefined;
  await answer.body?.cancel().catch(() => {});
  // A HEAD has a status and no body.
  return { operation, status: answer.status, code: isHead ? code : seen };
}

const wanted = ({ operation, status, code }: Row) => ({ operation, status, code });

function describeContract(name: string, isHere: boolean, start: () => Promise<Deployment>): void {
  let deployment: Deployment;
  let world: World;
  let slow: SlowBodies;
  // Of the whole file: the half minute after which a body is too slow passes for all deployments at once.
  if (isHere) {
    beforeAll(async () => {
      deployment = await start();
      world = await World.make(deployment);
      slow = await SlowBodies.begin(world, operations);
    }, 120_000);
    afterAll(async () => {
      slow?.close();
      await world?.close();
      await deployment?.stop();
    });
  }

  describe.runIf(isHere)(`the contract, ${name}`, () => {
    it.each(operations.map(({ operation }) => operation))("%s answers as it is said", async (operation) => {
      const own = known.filter((row) => row.operation === operation);
      for (const row of own) expect(await outcomeOf(row, world)).toEqual(wanted(row));
    });

    it("takes no body that comes too slowly", async () => {
      expect(await slow.answers()).toEqual(slow.expected);
    }, 150_000);

    it("says what an address is, where it is none of an operation", async () => {
      const none = await world.ask("GET", "/v1/nowhere");
      expect([none.status, await none.json()]).toEqual([404, expect.objectContaining({ code: "not_found" })]);
      const wrong = await world.ask("PUT", "/v1/presets");
      expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
      expect(await wrong.json()).toMatchObject({ code: "method_not_allowed" });
      for (const path of ["/openapi.json", "/docs", "/"])
        expect((await world.ask("GET", path)).status).toBe(200);
    });

    it("refuses an address that has shown too many wrong keys", async () => {
      for (const row of withWrongKeys) expect(await outcomeOf(row, world)).toEqual(wanted(row));
    });

    it("says while the catalog is away that it is, in every operation that asks it", async (context) => {
      if (!deployment.loseCatalog) return context.skip(notMetEmbedded.why);
      await deployment.loseCatalog();
      const outcomes = withoutCatalog.map((row) => outcomeOf(row, world));
      expect(await Promise.all(outcomes)).toEqual(withoutCatalog.map(wanted));
    });
  });
}

describeContract("embedded", true, async () => {
  const pixmill = await startPixmill({ env: contractEnv });
  return {
    url: pixmill.url,
    storage: pixmill.storage,
    async stop() {
      await pixmill.killAll();
      await removeFolder(pixmill.storage);
    },
  };
});

describeContract("on Redis and PostgreSQL", requireFleet(), async () => {
  const fleet = await Fleet.start({ workers: 1, env: contractEnv });
  return {
    url: fleet.url,
    storage: fleet.storage,
    stop: () => fleet.stop(),
    loseCatalog: () => fleet.postgres.stop(),
  };
});

describe("the table of the contract", () => {
  const all = [...known, ...withWrongKeys, ...withoutCatalog];
  const isMet = (operation: string, status: number) =>
    status === 408 || all.some((row) => row.operation === operation && row.status === status);
  const excuses = ({ operations: of, status }: NotMet, operation: string, met: number) =>
    status === met && (of === undefined || of.includes(operation));

  it("has no row of an operation that the OpenAPI document does not name", () => {
    const named = operations.map(({ operation }) => operation);
    expect(all.filter(({ operation }) => !named.includes(operation)).map(wanted)).toEqual([]);
  });

  it("has every status that the OpenAPI document gives to an operation, or the reason why none is met", () => {
    const missing = operations.flatMap(({ operation, statuses }) =>
      statuses
        .filter(
          (status) => !isMet(operation, status) && !notMet.some((one) => excuses(one, operation, status)),
        )
        .map((status) => `${operation} ${status}`),
    );
    expect(missing).toEqual([]);
  });

  it("excuses nothing that is met, or not said", () => {
    const stale = notMet.filter(
      (one) =>
        !operations.some(
          ({ operation, statuses }) =>
            excuses(one, operation, one.status) &&
            statuses.includes(one.status) &&
            !isMet(operation, one.status),
        ),
    );
    expect(stale).toEqual([]);
  });

  it("has every code of the error table, or the reason why none is met", () => {
    const met = new Set<string>(all.map(({ code = "" }) => code));
    met.add("request_timeout").add("method_not_allowed");
    const missing = Object.keys(errorTable).filter((code) => !met.has(code) && !(code in codesNotMet));
    expect(missing).toEqual([]);
    expect(Object.keys(codesNotMet).filter((code) => met.has(code))).toEqual([]);
  });
});
