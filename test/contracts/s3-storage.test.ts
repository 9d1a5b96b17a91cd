import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { newImageId } from "../../src/image/image-id.ts";
import { originalKey } from "../../src/storage/object-key.ts";
import type { S3Patience } from "../../src/storage/s3-patience.ts";
import type { S3Storage } from "../../src/storage/s3-storage.ts";
import { newPrefix, type OpenedS3Storage, openS3Storage } from "../support/open-s3-storage.ts";
import { type S3Fault, S3Front } from "../support/s3-front.ts";
import { S3Server } from "../support/s3-server.ts";
import { until } from "../support/until.ts";

/** Short, and long enough for a busy machine. */
const patience: S3Patience = { tries: 4, withinMs: 4_000, stallMs: 700, pauseMs: 20 };
/** The last try may begin at the end of it, and the machine is others' too. */
const deadlineMs = patience.withinMs + patience.stallMs + 4_000;

let server: S3Server;
let front: S3Front;
let under: OpenedS3Storage;
/** The same objects past the front. */
let past: OpenedS3Storage;
let storage: S3Storage;
let folder: string;
beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.close());
beforeEach(async () => {
  front = await S3Front.of(server.endpoint);
  const prefix = newPrefix();
  past = await openS3Storage(server, { prefix });
  under = await openS3Storage(server, { prefix, endpoint: front.endpoint, patience });
  storage = under.storage;
  front.asked.length = 0;
  folder = await mkdtemp(join(tmpdir(), "pixmill-materialised-"));
});
afterEach(async () => {
  for (const one of [under, past]) {
    await one.storage.close();
    await one.remove();
  }
  await front.close();
  await rm(folder, { recursive: true, force: true });
});

const size = 3_000_000;
const someKey = () => originalKey(newImageId(), "cat.jpg", "jpeg");
const contentOf = async (from: S3Storage, key: string) => {
  const content = await from.get(key);
  return content && (await buffer(content));
};
/** Whether the object is there, with just that content. */
const holds = async (key: string, content: Buffer) => (await contentOf(past.storage, key))?.equals(content);
const keysOf = async (from: S3Storage) => {
  const keys: string[] = [];
  for await (const { key } of from.list("")) keys.push(key);
  return keys;
};
const leftOver = async () => [...(await readdir(under.stagingFolder)), ...(await readdir(folder))];

/** What each verb is asked for an object that is there, and whether its answer is right. */
const verbs: Record<string, (key: string, content: Buffer) => Promise<boolean | undefined>> = {
  async "put of bytes"(key, content) {
    const next = content.subarray(1);
    await storage.put(key, next);
    return await holds(key, next);
  },
  async "put of a stream"(key, content) {
    const next = content.subarray(1);
    await storage.put(key, Readable.from([next.subarray(0, 9), next.subarray(9)]));
    return await holds(key, next);
  },
  async adopt(key, content) {
    const path = join(under.stagingFolder, "result");
    const next = content.subarray(1);
    await writeFile(path, next);
    await storage.adopt(path, key);
    return await holds(key, next);
  },
  async get(key, content) {
    return (await contentOf(storage, key))?.equals(content);
  },
  async materialise(key, content) {
    const path = join(folder, "source");
    await storage.materialise(key, path);
    const file = await readFile(path);
    await rm(path);
    return file.equals(content);
  },
  async stat(key, content) {
    return (await storage.stat(key))?.size === content.length;
  },
  async delete(key) {
    await storage.delete(key);
    return (await past.storage.stat(key)) === undefined;
  },
  async list(key) {
    return (await keysOf(storage)).includes(key);
  },
};
const names = Object.keys(verbs);
const [putting, getting] = [names.slice(0, 3), names.slice(3, 5)];

/** Breaks it, does it, and says how many requests the fault has met. */
async function goesWell(verb: string, fault: S3Fault): Promise<number> {
  const key = someKey();
  const content = randomBytes(size);
  await past.storage.put(key, content);
  const strike = front.break(fault);
  expect(await verbs[verb]?.(key, content)).toBe(true);
  expect(await leftOver()).toEqual([]);
  return strike.struck;
}

describe("S3 that fails and comes back", () => {
  it.each(names)("%s: is told to slow down twice, and succeeds", async (verb) => {
    expect(await goesWell(verb, { what: "slow down", times: 2 })).toBe(2);
  });

  it.each(names)("%s: is not answered, gives up, and asks again", async (verb) => {
    expect(await goesWell(verb, { what: "hang", times: 1 })).toBe(1);
  });

  it.each(names)("%s: loses the answer to what was done, and does it again", async (verb) => {
    expect(await goesWell(verb, { what: "lose answer", times: 2 })).toBe(2);
  });

  it.each(putting)("%s: is cut in the middle twice, and sends all of it again", async (verb) => {
    expect(await goesWell(verb, { what: "cut put", at: 1_000_000, times: 2 })).toBe(2);
  });

  it.each(putting)("%s: hangs in the middle, and sends all of it again", async (verb) => {
    expect(await goesWell(verb, { what: "stall put", at: 1_000_000, times: 1 })).toBe(1);
  });

  it.each(putting)("%s: arrives as something else, is refused, and sent again", async (verb) => {
    expect(await goesWell(verb, { what: "corrupt put", at: 2_000_000, times: 2 })).toBe(2);
  });

  it.each(getting)("%s: is cut in the middle twice, and goes on where it was", async (verb) => {
    expect(await goesWell(verb, { what: "cut get", at: 500_000, times: 2 })).toBe(2);
    const [first, ...further] = front.asked.filter(({ method }) => method === "GET");
    expect(first?.range).toBeUndefined();
    expect(further).toHaveLength(2);
    for (const { range } of further) expect(range).toMatch(/^bytes=[1-9]\d+-2999999$/);
  });

  it.each(getting)("%s: hangs in the middle, and goes on where it was", async (verb) => {
    expect(await goesWell(verb, { what: "stall get", at: 500_000, times: 1 })).toBe(1);
  });

  it("materialises again what came as something else", async () => {
    expect(await goesWell("materialise", { what: "corrupt get", at: 2_000_000, times: 2 })).toBe(2);
  });

  it("leaves the console alone", async () => {
    const warn = vi.spyOn(console, "warn");
    onTestFinished(() => warn.mockRestore());
    await goesWell("put of bytes", { what: "cut put", at: 1_000, times: 1 });
    expect(warn).not.toHaveBeenCalled();
  });

  it("goes on within a range", async () => {
    const [key, content] = [someKey(), randomBytes(size)];
    await past.storage.put(key, content);
    const strike = front.break({ what: "cut get", at: 300_000, times: 3 });
    const answer = await storage.get(key, { start: 1_000, end: 2_000_000 });
    expect(answer && (await buffer(answer)).equals(content.subarray(1_000, 2_000_001))).toBe(true);
    expect(strike.struck).toBe(3);
  });

  it("never goes on with another object", async () => {
    const [key, content] = [someKey(), randomBytes(size)];
    await past.storage.put(key, content);
    const strike = front.break({ what: "cut get", at: 1_000_000, times: 1 });
    // Not all of it, of which the hash would tell it too.
    const reader = await storage.get(key, { start: 0, end: size - 2 });
    await past.storage.put(key, randomBytes(size));
    await expect(reader && buffer(reader)).rejects.toMatchObject({ code: "storage_error" });
    expect(strike.struck).toBe(1);
  });

  it("is killed in the middle of an answer and of an upload, and has all when it is back", async () => {
    const [key, other, content] = [someKey(), someKey(), randomBytes(size)];
    const slow = await openS3Storage(server, { endpoint: front.endpoint, patience: { tries: 20 } });
    await slow.storage.put(key, content);
    const strikes = [
      front.break({ what: "stall get", at: 1_000_000, times: 1 }),
      front.break({ what: "stall put", at: 1_000_000, times: 1 }),
    ];
    const both = Promise.all([contentOf(slow.storage, key), slow.storage.put(other, content)]);
    await expect.poll(() => strikes.map(({ struck }) => struck), { timeout: 20_000 }).toEqual([1, 1]);
    await server.restart();
    const [read] = await both;
    expect(read?.equals(content)).toBe(true);
    expect((await contentOf(slow.storage, other))?.equals(content)).toBe(true);
    await slow.storage.close();
    await slow.remove();
  });
});

describe("S3 that does not come back", () => {
  const always: Record<string, readonly S3Fault[]> = {
    "slow down": [{ what: "slow down" }],
    hang: [{ what: "hang" }],
    // What brings a little each time comes to its end.
    "cuts in the middle": [
      { what: "cut get", at: 0 },
      { what: "cut put", at: 1_000 },
    ],
    "hangs in the middle": [
      { what: "stall get", at: 0 },
      { what: "stall put", at: 1_000 },
    ],
    "wrong bytes": [
      { what: "corrupt get", at: 1_000 },
      { what: "corrupt put", at: 1_000 },
    ],
  };
  const data = [...putting, ...getting];

  it.each(Object.keys(always).flatMap((what) => data.map((verb) => [what, verb])))(
    "%s: %s says storage_error in time, and changes nothing",
    async (what, verb) => {
      const [key, content] = [someKey(), randomBytes(size)];
      await past.storage.put(key, content);
      const strikes = (always[what] ?? []).map((fault) => front.break(fault));
      const startedAt = performance.now();
      await expect(verbs[verb]?.(key, content)).rejects.toMatchObject({ code: "storage_error" });
      expect(performance.now() - startedAt).toBeLessThan(deadlineMs);
      expect(strikes.some(({ struck }) => struck > 0)).toBe(true);
      expect(await holds(key, content)).toBe(true);
      expect(await leftOver()).toEqual(verb === "adopt" ? ["result"] : []);
      expect(await keysOf(past.storage)).toEqual([key]);
    },
  );

  it.each(["slow down", "hang", "cut put", "stall put", "corrupt put"] as const)(
    "%s: shows nothing of a new object",
    async (what) => {
      const strike = front.break({ what, ...(what.endsWith("put") && { at: 1_000 }) });
      const attempt = storage.put(someKey(), Readable.from([randomBytes(size)]));
      await expect(attempt).rejects.toMatchObject({ code: "storage_error" });
      expect(strike.struck).toBeGreaterThan(1);
      expect(await keysOf(past.storage)).toEqual([]);
      expect(await leftOver()).toEqual([]);
    },
  );

  it("never hands the last bytes of a wrong object to a reader", async () => {
    const [key, content] = [someKey(), randomBytes(size)];
    await past.storage.put(key, content);
    front.break({ what: "corrupt get", at: 1_000 });
    let bytes = 0;
    const reading = async () => {
      for await (const piece of (await storage.get(key)) ?? []) bytes += (piece as Buffer).length;
    };
    await expect(reading()).rejects.toMatchObject({ code: "storage_error" });
    expect(bytes).toBeLessThan(size);
  });

  it("refuses at once what is no passing fault", async () => {
    const { endpoint } = front;
    const wrong = { bucket: "no-such-bucket" };
    const elsewhere = await openS3Storage(Object.assign(Object.create(server), wrong), { endpoint });
    front.asked.length = 0;
    const attempt = elsewhere.storage.put(someKey(), Buffer.from("x"));
    await expect(attempt).rejects.toMatchObject({ code: "storage_error" });
    expect(front.asked).toHaveLength(1);
    await elsewhere.storage.close();
    await elsewhere.remove();
  });

  it("pauses for a random while, so that many do not come back at once, and for longer each time", async () => {
    const options = { endpoint: front.endpoint, patience: { ...patience, pauseMs: 300, withinMs: 20_000 } };
    const patient = await openS3Storage(server, options);
    front.asked.length = 0;
    front.break({ what: "slow down" });
    await Promise.allSettled(Array.from({ length: 24 }, () => patient.storage.stat(someKey())));
    const asked = Map.groupBy(front.asked, ({ path }) => path);
    expect(asked.size).toBe(24);
    const pauses = [...asked.values()].map((tries) => {
      expect(tries).toHaveLength(patience.tries);
      return tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0));
    });
    // Drawn evenly from nothing to 300, 600, 1200 ms: 24 of them are all within half of that once in a million.
    for (const [index, limit] of [300, 600, 1_200].entries()) {
      const those = pauses.map((ofOne) => ofOne[index] ?? 0);
      expect(Math.max(...those) - Math.min(...those)).toBeGreaterThan(limit / 2);
      expect(Math.min(...those)).toBeLessThan(limit / 2);
    }
    await patient.storage.close();
    await patient.remove();
  });

  it("serves again as soon as the fault is gone", async () => {
    const [key, content] = [someKey(), randomBytes(size)];
    front.break({ what: "hang" });
    await expect(storage.put(key, content)).rejects.toMatchObject({ code: "storage_error" });
    front.heal();
    await storage.put(key, content);
    await sleep(2 * patience.stallMs); // what hung is over
    expect(await holds(key, content)).toBe(true);
  });
});

describe("the owner of a folder in a bucket", () => {
  it("is the first that was written, also where another one had already found none", async () => {
    const strike = front.break({ what: "stall put", at: 1, times: 1 });
    const late = storage.owner("late");
    await until(() => strike.struck === 1);
    expect(await past.storage.owner("first")).toBe("first");
    expect(await late).toBe("first");
  });
});
