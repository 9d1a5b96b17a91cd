import { join } from "node:path";
import { type Catalog, openCatalog } from "../../src/catalog/database.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { Fleet } from "../support/fleet.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/until.ts";
import { CatalogView } from "./catalog-view.ts";
import { checkAfterwards } from "./check-afterwards.ts";
import { Disk, isRoot } from "./disk.ts";
import { Load, type LoadOptions, type Picture } from "./load.ts";
import { objectsBelow, objectsIn } from "./objects.ts";
import { ordinaryPictures } from "./ordinary-pictures.ts";
import { Outside } from "./outside.ts";
import { harmable } from "./poison.ts";
import { measureProcesses, type ProcessSize } from "./process-size.ts";
import { asOthers } from "./rights.ts";
import { S3Store } from "./s3-store.ts";
import { StorageView } from "./storage-view.ts";
import { Supervised } from "./supervised.ts";

const workerNames = ["worker-1", "worker-2", "worker-3"];

/** What was accepted until then must be done so long after the cause is gone. A test run shares its machine with others, and is given longer. */
const healWithinMs = { short: 180_000, long: 60_000 };
/** An upload that is not accepted so long after that never will be. */
const acceptWithinMs = 180_000;
/** No upload waits longer for its refusal; two seconds are promised, the rest is the machine's. */
const refuseWithinMs = { short: 8_000, long: 3_000 };

/** As documented: 15 s and one for the megabyte, in which S3 is asked again. */
const refuseInS3WithinMs = 17_000;

/** Between two uploads of one hand that come until a fault is met, so that few have come before it. */
const steadyPauseMs = 150;

/** Images that wait under a load without an end. */
const backlog = 30;

interface ArenaOptions {
  /** The full times and numbers, not those of a test run. */
  readonly long?: boolean;
  /** Originals and results lie in S3, and no process shares a folder with another. */
  readonly inS3?: boolean;
}

/** A fleet to be broken: an API, three workers and their servers, real ones, each started again when it ends. */
export class Arena {
  readonly long: boolean;
  readonly fleet: Fleet;
  readonly catalog: Catalog;
  readonly rows: CatalogView;
  readonly outside: Outside;
  /** Where files are on their way: in storage itself, or one for each process. */
  readonly workFolders: readonly string[];
  readonly files: StorageView;
  readonly api: Supervised;
  readonly workers: readonly Supervised[];
  /** `undefined` where nobody may mount one. */
  readonly disk: Disk | undefined;
  readonly #s3: S3Store | undefined;
  /** Processes that were killed since the last check may have left files for the sweep. */
  killed = 0;
  /** Images that were there at the last check. */
  images = 0;
  /** What each process held when it had worked for the first time. */
  baseline: ReadonlyMap<string, ProcessSize> = new Map();
  /** Since when log lines count. */
  checkedAt = Date.now();
  readonly #port: number;
  readonly pictures: readonly Picture[];
  /** How many processes the API had been when a load began. */
  readonly #livesBefore = new WeakMap<Load, number>();

  private constructor(
    parts: Pick<Arena, "fleet" | "catalog" | "rows" | "outside" | "disk"> & {
      readonly s3: S3Store | undefined;
    },
    port: number,
    pictures: readonly Picture[],
    { long = false }: ArenaOptions,
  ) {
    this.long = long;
    this.#s3 = parts.s3;
    this.fleet = parts.fleet;
    this.catalog = parts.catalog;
    this.rows = parts.rows;
    this.outside = parts.outside;
    this.disk = parts.disk;
    const { storage } = parts.fleet;
    this.workFolders = parts.s3 ? ["api", ...workerNames].map((name) => join(storage, name)) : [storage];
    this.files = new StorageView(
      parts.s3 ? objectsIn(parts.s3.storage) : objectsBelow(storage),
      this.workFolders,
    );
    this.#port = port;
    this.pictures = pictures;
    this.api = new Supervised("api", () => this.fleet.launch("api", { PORT: String(port) }));
    this.workers = workerNames.map(
      (name) =>
        new Supervised(name, () => this.fleet.launch("worker", { PIXMILL_WORKER_NAME: name, ...harmable })),
    );
  }

  static async open(options: ArenaOptions = {}): Promise<Arena> {
    const pictures = await ordinaryPictures();
    const s3 = options.inS3 ? await S3Store.open() : undefined;
    const disk = isRoot && !s3 ? await mounted() : undefined;
    const fleet = await Fleet.servers({
      lines: true,
      under: asOthers,
      env: {
        PIXMILL_JOB_TIMEOUT: "12s",
        PIXMILL_STOP_TIMEOUT: "10s",
        PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on",
      },
      ...(disk && { storage: disk.path }),
      ...(s3 && { s3: s3.place }),
    });
    const [catalog, rows, outside, port] = await Promise.all([
      openCatalog(fleet.catalogUrl),
      CatalogView.open(fleet.catalogUrl),
      Outside.open(),
      freePort(),
    ]);
    const arena = new Arena({ fleet, catalog, rows, outside, disk, s3 }, port, pictures, options);
    try {
      await Promise.all(arena.processes.map((one) => one.alive()));
      // What a process takes once it has worked is what it comes back to.
      await arena.settled(arena.load({ images: 24 }));
      arena.baseline = await arena.#sizes();
      return arena;
    } catch (error) {
      await arena.close();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get inS3(): boolean {
    return this.#s3 !== undefined;
  }

  get s3(): S3Store {
    if (!this.#s3) throw new Error("This arena is not in S3.");
    return this.#s3;
  }

  /** A way of one's own to the originals and results. */
  async storage(): Promise<Storage> {
    return this.#s3?.storage ?? (await LocalStorage.open(this.fleet.storage));
  }

  get processes(): readonly Supervised[] {
    return [this.api, ...this.workers];
  }

  /** What that process may hold more from now on than at the very beginning, in bytes. */
  allow(name: string, bytes: number): void {
    const size = this.baseline.get(name);
    if (size) this.baseline = new Map(this.baseline).set(name, { ...size, memory: size.memory + bytes });
  }

  /** The number of a test run, or that of the whole proof. */
  of(short: number, long: number): number {
    return this.long ? long : short;
  }

  /** A load without an end waits for the workers, which on a slow machine would be left far behind. */
  load(options: Partial<LoadOptions> = {}): Load {
    const endless = options.images === undefined && { hasRoom: this.hasRoom };
    const load = new Load(this.url, this.outside, { pictures: this.pictures, ...endless, ...options });
    this.#livesBefore.set(load, this.api.lives.length);
    return load;
  }

  /** Whether the workers are not left far behind. */
  readonly hasRoom = async (): Promise<boolean> => (await this.rows.unfinished()) < backlog;

  get ordinary(): Picture {
    return this.pictures[0] as Picture;
  }

  async #sizes(): Promise<ReadonlyMap<string, ProcessSize>> {
    const sizes = await measureProcesses(this.processes.flatMap(({ current }) => current?.pid ?? []));
    return new Map(
      this.processes.flatMap(({ name, current }) => {
        const size = sizes.get(current?.pid ?? 0);
        return size ? [[name, size] as const] : [];
      }),
    );
  }

  /** As `inMidRun`, of a fault that uploads, which come until then, must have met as this refusal, such as `503 overloaded`. */
  async refusing(
    refusal: string,
    images: number,
    fault: (load: Load) => Promise<unknown>,
    options: Pick<LoadOptions, "parallel"> = {},
  ): Promise<string> {
    const load = this.load({ images: Number.POSITIVE_INFINITY, pauseMs: steadyPauseMs, ...options });
    await this.#underWay(load, images / 3);
    // On a machine that is far behind no upload may have come in that time.
    for (let tries = 0; tries < 3 && !load.refused.has(refusal); tries += 1) await fault(load);
    if (!load.refused.has(refusal)) throw new Error(`no upload met ${refusal}`);
    await load.finish();
    return await this.settled(load);
  }

  /** Uploads, breaks something when a third of them is in, and looks at everything; resolves to the figure. */
  async inMidRun(images: number, fault: (load: Load) => Promise<unknown>): Promise<string> {
    const load = this.load({ images, pauseMs: steadyPauseMs });
    await this.#underWay(load, images / 3);
    await fault(load);
    return await this.settled(load);
  }

  async #underWay(load: Load, accepted: number): Promise<void> {
    await load.reached(accepted);
    const isUnderWay = async () => (await this.rows.unfinished()) > 0;
    await until(isUnderWay, { what: "an image under way to be broken", withinMs: 60_000 });
  }

  /** From now on nothing is broken: all must be done in time, and nothing left behind. Throws what is not so. */
  async settled(load: Load): Promise<string> {
    const healedAt = performance.now();
    const wasThere = this.api.lives.length === this.#livesBefore.get(load);
    load.endWithin(acceptWithinMs);
    const since = () => (performance.now() - healedAt) / 1_000;
    const waited = await this.rows.unfinished();
    const goingOn = this.rows.oneMoreFinal(healWithinMs.short).then(since);
    const withinMs = this.of(healWithinMs.short, healWithinMs.long);
    // Asked for longer than is allowed: how late it was says more than that it was late.
    const met = this.rows.allFinal(new Set(load.accepted.keys()), 3 * withinMs).then(since);
    met.catch(() => {});
    await until(() => this.processes.every(({ current }) => current !== undefined), {
      what: "every process at work",
      withinMs: 90_000,
    });
    await load.done;
    const [first, seconds] = [await goingOn, await met];
    await this.rows.noneUnfinished(3 * withinMs);
    const faults = await checkAfterwards(this, load);
    if (seconds * 1_000 > withinMs)
      faults.push(`what had been accepted was done only ${seconds.toFixed(0)} s after the healing`);
    if (wasThere && load.refused.has("no answer") && !load.mayBeUnanswered)
      faults.push("the API lived, and an upload had no answer");
    const refuseMs = this.inS3 ? refuseInS3WithinMs : this.of(refuseWithinMs.short, refuseWithinMs.long);
    if (!load.mayBeLate && load.slowestRefusalMs > refuseMs)
      faults.push(`an upload was refused only after ${(load.slowestRefusalMs / 1_000).toFixed(1)} s`);
    if (faults.length > 0) throw new Error(faults.join("\n"));
    this.images = (await this.rows.images()).length;
    this.checkedAt = Date.now();
    this.killed = 0;
    const refused = [...load.refused].map(([what, times]) => `${times} × ${what}`).join(", ");
    const slowest =
      load.slowestRefusalMs > 0 ? `, the slowest after ${(load.slowestRefusalMs / 1_000).toFixed(1)} s` : "";
    const healed =
      waited > 0
        ? `${waited} waited at the healing, the first was final ${first.toFixed(1)} s after it and the last ${seconds.toFixed(1)} s`
        : `all final ${seconds.toFixed(1)} s after the healing`;
    return `${load.accepted.size} images: ${healed}${refused && `; refused ${refused}${slowest}`}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop()));
    await this.catalog.close();
    await this.rows.close();
    await this.fleet.stop();
    await this.outside.close();
    await this.disk?.unmount();
    await this.#s3?.close();
  }
}

/** Root of a container may not mount. */
async function mounted(): Promise<Disk | undefined> {
  try {
    return await Disk.mount();
  } catch (error) {
    console.warn(`\nSKIPPED: no small disk can be mounted here: ${String(error)}\n`);
    return undefined;
  }
}
