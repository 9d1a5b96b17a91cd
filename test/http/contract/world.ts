import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SourceServer } from "../../flow/source-server.ts";
import { hugePng, photo, truncated } from "../../pictures/index.ts";
import type { ImageView } from "../../support/client.ts";
import { until } from "../../support/until.ts";

export const key = "contract-key";
/** A second client, whose requests are used up. */
const greedyKey = "greedy-key";
const perMinute = 1000;

/** Of a service that the whole contract can be met on. */
export const contractEnv = {
  PIXMILL_API_KEYS: `${key},${greedyKey}`,
  PIXMILL_RATE_LIMIT: String(perMinute),
  PIXMILL_MAX_FILE_SIZE: "300kb",
  PIXMILL_ALLOW_PRIVATE_ADDRESSES: "on",
};

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit["body"] | object;
  /** Instead of the client's usual key; `null` for none. */
  readonly as?: string | null;
}

/** One running service, with an image and a batch in each state that the contract tells apart. */
export class World {
  readonly url: string;
  readonly #storage: string;
  readonly #source: SourceServer;
  readonly pictures: {
    good: Buffer;
    cut: Buffer;
    text: Buffer;
    headless: Buffer;
    huge: Buffer;
    empty: Buffer;
  };
  readonly images = { done: "", failed: "", waiting: "", gone: "", lost: "", spoilt: "" };
  readonly batches = { done: "", gone: "" };
  delivery = "";
  #cookie = "";

  private constructor(url: string, storage: string, source: SourceServer, good: Buffer) {
    this.url = url;
    this.#storage = storage;
    this.#source = source;
    this.pictures = {
      good,
      cut: truncated(good, 0.6),
      text: Buffer.from("this is no picture"),
      headless: good.subarray(0, 40),
      huge: hugePng(50_000, 50_000),
      empty: Buffer.alloc(0),
    };
  }

  static async make({ url, storage }: { readonly url: string; readonly storage: string }): Promise<World> {
    const source = await SourceServer.start();
    source.answers.set("/never", () => {});
    source.answers.set("/hook", (response) => response.writeHead(204).end());
    const world = new World(url, storage, source, await photo({ width: 64, height: 48, format: "jpeg" }));
    await world.#fill();
    return world;
  }

  async close(): Promise<void> {
    await this.#source.stop();
  }

  ask(method: string, path: string, { headers, body, as = key }: Ask = {}): Promise<Response> {
    const isJson = typeof body === "object" && body?.constructor === Object;
    return fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(as !== null && { authorization: `Bearer ${as}` }),
        ...(isJson && { "content-type": "application/json" }),
        ...(path.startsWith("/v1/uploads") && { "tus-resumable": "1.0.0" }),
        ...headers,
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as RequestInit["body"]) }),
    });
  }

  /** As a page of another site makes a browser do that has a session here. */
  askFromElsewhere(method: string, path: string): Promise<Response> {
    const headers = { cookie: this.#cookie, origin: "https://elsewhere.example" };
    return this.ask(method, path, { as: null, headers });
  }

  /** Of a client that has asked too much. */
  async askTooMuch(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    let answer = await this.ask(method, path, { as: greedyKey, headers });
    for (let asked = 0; asked < 3 * perMinute && answer.status !== 429; asked += 50) {
      const other = Array.from({ length: 50 }, () => this.ask("GET", "/v1/presets", { as: greedyKey }));
      await Promise.all(other.map(async (one) => (await one).arrayBuffer()));
      await answer.body?.cancel();
      answer = await this.ask(method, path, { as: greedyKey, headers });
    }
    return answer;
  }

  /** A form of these files and fields. */
  form(files: readonly Buffer[], fields: Readonly<Record<string, string>> = {}): FormData {
    const form = new FormData();
    for (const file of files) form.append("file", new Blob([new Uint8Array(file)]), "cat.jpg");
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return form;
  }

  raw(file: Buffer, query = "", headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const body = new Uint8Array(file);
    return this.ask("POST", `/v1/images${query}`, {
      headers: { "content-type": "image/jpeg", ...headers },
      body,
    });
  }

  /** An image whose original never comes. */
  async waitingImage(): Promise<string> {
    return idOf(this.ask("POST", "/v1/images", { body: { source: { url: this.#source.url("/never") } } }));
  }

  async waitingBatch(): Promise<string> {
    const images = [{ source: { url: this.#source.url("/never") } }];
    return idOf(this.ask("POST", "/v1/batches", { body: { images } }));
  }

  async openBatch(): Promise<string> {
    return idOf(this.ask("POST", "/v1/batches", { body: { open: true } }));
  }

  /** A path of a new resumable upload. */
  async upload(length: number): Promise<string> {
    const headers = { "upload-length": String(length) };
    return (await this.ask("POST", "/v1/uploads", { headers })).headers.get("location") ?? "";
  }

  /** The path of a resumable upload that has become an image. */
  async finishedUpload(): Promise<string> {
    const { good } = this.pictures;
    const path = await this.upload(good.length);
    const headers = { "content-type": "application/offset+octet-stream", "upload-offset": "0" };
    await this.ask("PATCH", path, { headers, body: new Uint8Array(good) });
    return path;
  }

  async final(id: string): Promise<ImageView> {
    const answer = await this.ask("GET", `/v1/images/${id}?wait=60`);
    return (await answer.json()) as ImageView;
  }

  async #fill(): Promise<void> {
    const { good, cut } = this.pictures;
    const session = await this.ask("POST", "/v1/session", { as: null, body: { key } });
    this.#cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const hook = `?callbackUrl=${encodeURIComponent(this.#source.url("/hook"))}`;
    this.images.done = await idOf(this.raw(good, hook, { "idempotency-key": "taken" }));
    this.images.failed = await idOf(this.raw(cut));
    this.images.waiting = await this.waitingImage();
    this.images.gone = await idOf(this.raw(good));
    this.images.lost = await idOf(this.raw(good));
    this.images.spoilt = await idOf(this.raw(good));
    this.batches.done = await idOf(this.ask("POST", "/v1/batches", { body: this.form([good, cut]) }));
    this.batches.gone = await this.openBatch();
    const { done, failed, lost, spoilt } = this.images;
    for (const id of [done, failed, lost, spoilt]) await this.final(id);
    await this.ask("DELETE", `/v1/images/${this.images.gone}`);
    await this.ask("DELETE", `/v1/batches/${this.batches.gone}`);
    await rm(await this.#pathOf(lost));
    const path = await this.#pathOf(spoilt);
    await rm(path);
    await mkdir(path);
    await until(async () => (await this.#batch(this.batches.done)).status === "done", { what: "the batch" });
    const deliveries = await this.ask("GET", `/v1/webhooks/deliveries?imageId=${this.images.done}`);
    this.delivery = ((await deliveries.json()) as { items: { id: string }[] }).items[0]?.id ?? "";
  }

  async #batch(id: string): Promise<{ status: string }> {
    return (await (await this.ask("GET", `/v1/batches/${id}`)).json()) as { status: string };
  }

  /** Of an image's original. */
  async #pathOf(id: string): Promise<string> {
    const folder = join(this.#storage, "uploads");
    const paths = await readdir(folder, { recursive: true });
    return join(folder, paths.find((path) => path.includes(id) && path.endsWith(".jpg")) ?? "none");
  }
}

/** Of an image or a batch that was just accepted. */
export async function idOf(asked: Promise<Response>): Promise<string> {
  const answer = await asked;
  const body = (await answer.json()) as { id?: string };
  if (answer.status !== 202 || !body.id) throw new Error(`${answer.status}: ${JSON.stringify(body)}`);
  return body.id;
}
