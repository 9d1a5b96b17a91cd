import type { ErrorCode } from "../../../src/errors.ts";
import { idOf, type World } from "./world.ts";

/** One promise of the contract: an operation of the OpenAPI document, what it answers, and a request that gets that. */
export interface Row {
  readonly operation: string;
  readonly status: number;
  readonly code?: ErrorCode;
  readonly ask: (world: World) => Promise<Response>;
}

type Asking = Row["ask"];
type Answers = readonly (readonly [status: number, code: ErrorCode | undefined, ask: Asking])[];

const unknown = "019b0000-0000-7000-8000-000000000000";
const partType = "application/offset+octet-stream";

/** A request under the key of an image or a batch that was deleted since. */
async function ofDeleted(world: World, what: string, ask: (key: string) => Promise<Response>) {
  const id = await idOf(ask(`${what} of a deleted`));
  await world.ask("DELETE", `/v1/${what.startsWith("batch") ? "batches" : "images"}/${id}`);
  return ask(`${what} of a deleted`);
}

/** What every door for files refuses; `send` uploads these files with these fields. */
function doors(
  operation: string,
  send: (
    world: World,
    files: readonly Buffer[],
    fields?: Readonly<Record<string, string>>,
    key?: string,
  ) => Promise<Response>,
): Answers {
  const what = operation === "submitBatch" ? "batch" : operation;
  return [
    [202, undefined, (w) => send(w, [w.pictures.good])],
    [400, "invalid_transform", (w) => send(w, [w.pictures.good], { variants: "[" })],
    [400, "unknown_preset", (w) => send(w, [w.pictures.good], { preset: "nope" })],
    [409, "already_final", (w) => send(w, [w.pictures.good], { batchId: w.batches.done })],
    [409, "idempotency_conflict", (w) => send(w, [w.pictures.good], {}, "taken")],
    [410, "gone", (w) => ofDeleted(w, what, (key) => send(w, [w.pictures.good], {}, key))],
  ];
}

/** What is refused of one file alone. */
function ofOneFile(send: (world: World, file: Buffer) => Promise<Response>): Answers {
  return [
    [413, "file_too_large", (w) => send(w, Buffer.alloc(400_000))],
    [415, "unsupported_format", (w) => send(w, w.pictures.text)],
    [422, "empty_file", (w) => send(w, w.pictures.empty)],
    [422, "image_too_large", (w) => send(w, w.pictures.huge)],
    [422, "corrupt_image", (w) => send(w, w.pictures.headless)],
  ];
}

const sendForm =
  (path: string) =>
  (w: World, files: readonly Buffer[], fields = {}, key?: string): Promise<Response> =>
    w.ask("POST", path, { body: w.form(files, fields), headers: key ? { "idempotency-key": key } : {} });
const tooMany = ({ pictures }: World) => Array.from({ length: 1001 }, () => pictures.good);
const sendRaw = (w: World, [file]: readonly Buffer[], fields = {}, key?: string): Promise<Response> =>
  w.raw(file ?? Buffer.alloc(0), `?${new URLSearchParams(fields)}`, key ? { "idempotency-key": key } : {});

/** Bytes that are there: whole, in part, unchanged, of another version, past their end; not, not yet, no more. */
function contents(path: (world: World, id: string) => string, gone: Asking): Answers {
  const get =
    (headers = {}) =>
    (w: World) =>
      w.ask("GET", path(w, "done"), { headers });
  return [
    [200, undefined, get()],
    [206, undefined, get({ range: "bytes=0-3" })],
    [
      304,
      undefined,
      async (w) => {
        const { headers } = await w.ask("HEAD", path(w, "done"));
        return get({ "if-none-match": headers.get("etag") ?? "" })(w);
      },
    ],
    [404, "not_found", (w) => w.ask("GET", path(w, "unknown"))],
    [410, "gone", gone],
    [412, "precondition_failed", get({ "if-match": '"another"' })],
    [416, "range_not_satisfiable", get({ range: "bytes=99999999-" })],
  ];
}

const idIn = (ids: Readonly<Record<string, string>>, name: string) => ids[name] ?? unknown;
const original = (w: World, name: string) => `/v1/images/${idIn(w.images, name)}/original`;
const variant = (w: World, name: string) => `/v1/images/${idIn(w.images, name)}/variants/thumb`;
const archive = (w: World, name: string) => `/v1/batches/${idIn(w.batches, name)}/archive`;

/** One thing by its id: there, unknown, deleted. */
function byId(method: string, of: "images" | "batches", verb = "", { isKnown = 0 } = {}): Answers {
  const ask = (name: string) => (w: World) =>
    w.ask(method, `/v1/${of}/${idIn(of === "images" ? w.images : w.batches, name)}${verb}`);
  return [
    ...(isKnown > 0 ? ([[isKnown, undefined, ask("done")]] as const) : []),
    [404, "not_found", ask("unknown")],
    [410, "gone", ask("gone")],
  ];
}

const upload = (headers: Readonly<Record<string, string>>, body?: Buffer): Asking => {
  const more = body ? { body: new Uint8Array(body) } : {};
  return (w) => w.ask("POST", "/v1/uploads", { headers: { "upload-length": "9", ...headers }, ...more });
};
const metadata = (name: string, value: string) => ({
  "upload-metadata": `${name} ${Buffer.from(value).toString("base64")}`,
});
const whole = (content: (w: World) => Buffer): Asking => {
  return (w) =>
    upload({ "upload-length": String(content(w).length), "content-type": partType }, content(w))(w);
};
const part = (path: string, offset: number, body: Buffer, headers = {}): Asking => {
  const sent = { "content-type": partType, "upload-offset": String(offset), ...headers };
  return (w) => w.ask("PATCH", path, { headers: sent, body: new Uint8Array(body) });
};
/** The whole of a new upload in one part. */
const sent = (content: (w: World) => Buffer): Asking => {
  return async (w) => part(await w.upload(content(w).length), 0, content(w))(w);
};
/** The path of an upload whose image was deleted. */
async function deletedUpload(w: World): Promise<string> {
  const path = await w.finishedUpload();
  await w.ask("DELETE", path.replace("uploads", "images"));
  return path;
}

/** What the three requests on an upload that is there share. */
function onUpload(method: "HEAD" | "PATCH" | "DELETE"): Answers {
  const ask = (path: string, headers = {}) => {
    const more: Record<string, string> =
      method === "PATCH" ? { "content-type": partType, "upload-offset": "0" } : {};
    return (w: World) => w.ask(method, path, { headers: { ...more, ...headers } });
  };
  return [
    [404, "not_found", ask(`/v1/uploads/${unknown}`)],
    [410, "gone", async (w) => ask(await deletedUpload(w))(w)],
    [412, "precondition_failed", ask(`/v1/uploads/${unknown}`, { "tus-resumable": "2.0.0" })],
  ];
}

const looks: readonly (readonly [operation: string, path: string])[] = [
  ["listImages", "/v1/images"],
  ["listBatches", "/v1/batches"],
  ["listDeliveries", "/v1/webhooks/deliveries"],
  ["listPresets", "/v1/presets"],
  ["listWorkers", "/v1/workers"],
  ["getQueue", "/v1/queue"],
  ["getSettings", "/v1/settings"],
  ["getMetrics", "/metrics"],
  ["getLiveness", "/livez"],
  ["getReadiness", "/readyz"],
  ["watchEvents", "/v1/events"],
];

const delivery = (method: string, verb: string, status: number): Answers => [
  [status, undefined, (w) => w.ask(method, `/v1/webhooks/deliveries/${w.delivery}${verb}`)],
  [404, "not_found", (w) => w.ask(method, `/v1/webhooks/deliveries/msg_unknown${verb}`)],
];

const answers: Readonly<Record<string, Answers>> = {
  ...Object.fromEntries(looks.map(([name, path]) => [name, [[200, undefined, (w) => w.ask("GET", path)]]])),
  upload: [
    ...doors("upload", sendForm("/upload")),
    ...ofOneFile((w, file) => sendForm("/upload")(w, [file])),
    [400, "no_file", (w) => w.ask("POST", "/upload", { body: {} })],
    [400, "too_many_files", (w) => sendForm("/upload")(w, tooMany(w))],
    [
      303,
      undefined,
      (w) => w.ask("POST", "/upload", { body: w.form([w.pictures.good]), headers: { accept: "text/html" } }),
    ],
  ],
  submitImage: [
    ...doors("submitImage", sendRaw),
    ...ofOneFile((w, file) => sendRaw(w, [file])),
    [
      400,
      "no_file",
      (w) => w.ask("POST", "/v1/images", { body: "", headers: { "content-type": "text/plain" } }),
    ],
    [400, "too_many_files", (w) => sendForm("/v1/images")(w, [w.pictures.good, w.pictures.good])],
  ],
  submitBatch: [
    ...doors("submitBatch", sendForm("/v1/batches")),
    [400, "no_file", (w) => sendForm("/v1/batches")(w, [])],
    [400, "too_many_files", (w) => sendForm("/v1/batches")(w, tooMany(w))],
    [413, "file_too_large", (w) => w.ask("POST", "/v1/batches", { body: { a: "x".repeat(17 * 1024 ** 2) } })],
  ],
  getUploadOptions: [[204, undefined, (w) => w.ask("OPTIONS", "/v1/uploads")]],
  getUploadOptionsOfOne: [[204, undefined, (w) => w.ask("OPTIONS", `/v1/uploads/${unknown}`)]],
  beginUpload: [
    [201, undefined, upload({})],
    [400, "unknown_preset", upload(metadata("preset", "nope"))],
    [400, "invalid_transform", upload(metadata("variants", "["))],
    [409, "idempotency_conflict", upload({ "idempotency-key": "taken" })],
    [409, "already_final", (w) => upload(metadata("batchId", w.batches.done))(w)],
    [
      410,
      "gone",
      async (w) => {
        const { good } = w.pictures;
        const headers = { "upload-length": String(good.length), "idempotency-key": "resumable of a deleted" };
        const begun = await upload({ ...headers, "content-type": partType }, good)(w);
        await w.ask("DELETE", `/v1/images/${begun.headers.get("image-id")}`);
        return upload(headers)(w);
      },
    ],
    [412, "precondition_failed", upload({ "tus-resumable": "2.0.0" })],
    [413, "file_too_large", upload({ "upload-length": "400000" })],
    [415, "unsupported_format", whole((w) => w.pictures.text)],
    [422, "empty_file", upload({ "upload-length": "0" })],
    [422, "image_too_large", whole((w) => w.pictures.huge)],
    [422, "corrupt_image", whole((w) => w.pictures.headless)],
  ],
  askUpload: [...onUpload("HEAD"), [200, undefined, async (w) => w.ask("HEAD", await w.upload(9))]],
  sendUpload: [
    ...onUpload("PATCH"),
    [204, undefined, sent((w) => w.pictures.good)],
    [409, "upload_offset_conflict", async (w) => part(await w.upload(9), 5, Buffer.alloc(1))(w)],
    [413, "file_too_large", async (w) => part(await w.upload(9), 0, Buffer.alloc(10))(w)],
    [
      415,
      "invalid_request",
      async (w) => part(await w.upload(9), 0, Buffer.alloc(9), { "content-type": "text/plain" })(w),
    ],
    [415, "unsupported_format", sent((w) => w.pictures.text)],
    [422, "image_too_large", sent((w) => w.pictures.huge)],
    [422, "corrupt_image", sent((w) => w.pictures.headless)],
  ],
  giveUpUpload: [
    ...onUpload("DELETE"),
    [204, undefined, async (w) => w.ask("DELETE", await w.upload(9))],
    [400, "invalid_request", async (w) => w.ask("DELETE", await w.finishedUpload())],
  ],
  getImage: byId("GET", "images", "", { isKnown: 200 }),
  retryImage: [
    ...byId("POST", "images", "/retry"),
    [202, undefined, (w) => w.ask("POST", `/v1/images/${w.images.failed}/retry`)],
    [409, "already_final", (w) => w.ask("POST", `/v1/images/${w.images.done}/retry`)],
  ],
  cancelImage: [
    ...byId("POST", "images", "/cancel"),
    [200, undefined, async (w) => w.ask("POST", `/v1/images/${await w.waitingImage()}/cancel`)],
    [409, "already_final", (w) => w.ask("POST", `/v1/images/${w.images.done}/cancel`)],
  ],
  deleteImage: [
    [204, undefined, (w) => w.ask("DELETE", `/v1/images/${w.images.gone}`)],
    [404, "not_found", (w) => w.ask("DELETE", `/v1/images/${unknown}`)],
  ],
  getOriginal: [
    ...contents(original, (w) => w.ask("GET", original(w, "gone"))),
    [404, "not_ready", (w) => w.ask("GET", original(w, "waiting"))],
    [500, "original_missing", (w) => w.ask("GET", original(w, "lost"))],
    [503, "storage_error", (w) => w.ask("GET", original(w, "spoilt"))],
  ],
  getVariant: [
    ...contents(variant, (w) => w.ask("GET", variant(w, "gone"))),
    [404, "not_found", (w) => w.ask("GET", variant(w, "done").replace("thumb", "x".repeat(300)))],
    [404, "not_ready", (w) => w.ask("GET", variant(w, "waiting"))],
  ],
  getBatch: byId("GET", "batches", "", { isKnown: 200 }),
  closeBatch: [
    ...byId("POST", "batches", "/close"),
    [200, undefined, async (w) => w.ask("POST", `/v1/batches/${await w.openBatch()}/close`)],
  ],
  cancelBatch: [
    ...byId("POST", "batches", "/cancel"),
    [200, undefined, async (w) => w.ask("POST", `/v1/batches/${await w.waitingBatch()}/cancel`)],
    [409, "already_final", (w) => w.ask("POST", `/v1/batches/${w.batches.done}/cancel`)],
  ],
  getBatchArchive: contents(archive, (w) => w.ask("GET", archive(w, "gone"))),
  retryBatch: byId("POST", "batches", "/retry", { isKnown: 202 }),
  deleteBatch: [
    [204, undefined, (w) => w.ask("DELETE", `/v1/batches/${w.batches.gone}`)],
    [404, "not_found", (w) => w.ask("DELETE", `/v1/batches/${unknown}`)],
  ],
  getDelivery: delivery("GET", "", 200),
  replayDelivery: delivery("POST", "/replay", 202),
  openSession: [
    [204, undefined, (w) => w.ask("POST", "/v1/session", { as: null, body: { key: "contract-key" } })],
    [401, "unauthorized", (w) => w.ask("POST", "/v1/session", { as: null, body: { key: "another" } })],
  ],
  endSession: [[204, undefined, (w) => w.ask("DELETE", "/v1/session", { as: null })]],
};

/** What is of one operation alone, or of a few. */
export const rows: readonly Row[] = Object.entries(answers).flatMap(([operation, list]) =>
  list.map(([status, code, ask]) => ({ operation, status, ...(code && { code }), ask })),
);
