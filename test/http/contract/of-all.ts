import type { OpenapiDocument, Operation } from "../../openapi/document.ts";
import type { Row } from "./rows.ts";
import type { World } from "./world.ts";

/** One operation of the document, and how to ask for it with an id that nobody has. */
export interface Described {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** The same with an id that is longer than any. */
  readonly longPath: string;
  readonly statuses: readonly number[];
}

const unknown = "019b0000-0000-7000-8000-000000000000";
const unknownDelivery = `msg_${unknown.replaceAll("-", "")}`;
const changing = ["POST", "PATCH", "DELETE"];
const megabyteOfJson = { padding: "x".repeat(1024 ** 2 + 1) };

export function operationsOf({ paths }: OpenapiDocument): Described[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId = "", responses }]: [string, Operation]) => ({
      operation: operationId,
      method: method.toUpperCase(),
      path: path
        .replace("{id}", path.includes("webhooks") ? unknownDelivery : unknown)
        .replace("{name}", "thumb"),
      longPath: path.replace("{id}", "x".repeat(300)).replace("{name}", "thumb"),
      statuses: Object.keys(responses).map(Number),
    })),
  );
}

export function isOfTus({ path }: Described): boolean {
  return path.startsWith("/v1/uploads");
}

/** Headers without which a request of the tus protocol is refused before anything else. */
function headersOf({ method, path }: Described): Readonly<Record<string, string>> {
  if (!path.startsWith("/v1/uploads") || method !== "PATCH") return {};
  return { "content-type": "application/offset+octet-stream", "upload-offset": "0" };
}

/** What every operation of a kind promises. */
export function rowsOfAll(operations: readonly Described[]): Row[] {
  return operations.flatMap((one) => {
    const { operation, method, path, longPath, statuses } = one;
    const headers = headersOf(one);
    const row = (status: number, code: Row["code"], ask: Row["ask"]): Row[] =>
      statuses.includes(status) ? [{ operation, status, ...(code && { code }), ask }] : [];
    return [
      ...row(400, "invalid_request", (w) => w.ask(method, `${path}?nonsense=1`, { headers })),
      ...row(404, "not_found", (w) => w.ask(method, longPath, { headers })),
      // Whoever opens a session has no key to send yet.
      ...(operation === "openSession"
        ? []
        : row(401, "unauthorized", (w) => w.ask(method, path, { headers, as: null }))),
      ...row(403, "forbidden", (w) => w.askFromElsewhere(method, path)),
      ...(changing.includes(method)
        ? row(415, "unsupported_encoding", (w) =>
            w.ask(method, path, { headers: { ...headers, "content-encoding": "gzip" }, body: "x" }),
          )
        : []),
      ...(isOfTus(one) || operation === "submitBatch"
        ? []
        : row(413, "file_too_large", (w) => w.ask(method, path, { body: megabyteOfJson }))),
      ...(isThrottled(operation) ? [] : row(429, "rate_limited", (w) => w.askTooMuch(method, path, headers))),
    ];
  });
}

/** Not counted as requests: only wrong keys are too many here. They count for the address, so these come last. */
const isThrottled = (operation: string) => ["getMetrics", "openSession"].includes(operation);

export function rowsOfWrongKeys(operations: readonly Described[]): Row[] {
  return operations
    .filter(({ operation }) => isThrottled(operation))
    .map(({ operation, method, path }) => ({
      operation,
      status: 429,
      code: "rate_limited" as const,
      ask: (w) => tooOften(() => askWrongly(w, method, path)),
    }));
}

function askWrongly(w: World, method: string, path: string): Promise<Response> {
  return method === "POST"
    ? w.ask(method, path, { as: null, body: { key: "wrong" } })
    : w.ask(method, path, { as: "wrong" });
}

async function tooOften(ask: () => Promise<Response>): Promise<Response> {
  let answer = await ask();
  for (let tries = 1; tries < 20 && answer.status === 401; tries++) answer = await ask();
  return answer;
}

/** What is answered while the catalog is away, by everything that asks it. */
export function rowsWithoutCatalog(operations: readonly Described[]): Row[] {
  return operations
    .filter(({ statuses }) => statuses.includes(503))
    .map((one) => ({
      operation: one.operation,
      status: 503,
      code: "overloaded",
      ask: (w) => askCatalog(w, one),
    }));
}

/** With a body where there is nothing to ask the catalog before one. */
function askCatalog(w: World, one: Described): Promise<Response> {
  const { operation, method, path } = one;
  const { good } = w.pictures;
  if (operation === "upload" || operation === "submitBatch")
    return w.ask(method, path, { body: w.form([good]) });
  if (operation === "submitImage") return w.raw(good);
  if (operation === "beginUpload") {
    return w.ask(method, path, { headers: { "upload-length": "9", "idempotency-key": "while it is away" } });
  }
  return w.ask(method, path, { headers: headersOf(one) });
}
